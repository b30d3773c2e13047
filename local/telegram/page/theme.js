const KEY = 'kezek.page.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** What was chosen here, or what the system wishes. */
export const isDark = () => (localStorage.getItem(KEY) ?? (system.matches ? 'dark' : 'light')) === 'dark';

/** Shows the theme, changes it with `button`, and tells `changed` after each change. */
export function startTheme(button, changed) {
  const apply = () => {
    document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  };
  apply();
  button.addEventListener('click', () => {
    localStorage.setItem(KEY, isDark() ? 'light' : 'dark');
    apply();
    changed();
  });
  system.addEventListener('change', () => {
    apply();
    changed();
  });
}
