/** The page of a paper: compares a file with the hashes of the paper, or makes the hash that the form sends. */

/**
 * SHA-256 in hex. The file goes nowhere.
 * @param {File} file
 * @returns {Promise<string | null>} null where the browser cannot
 */
async function hashOf(file) {
  try {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch {
    return null;
  }
}

const chosen = /** @type {HTMLInputElement | null} */ (document.getElementById('file'));
const result = document.getElementById('result');
const compare = document.getElementById('compare');
const form = /** @type {HTMLFormElement | null} */ (document.getElementById('form'));

/**
 * @param {'same' | 'different' | 'cannot' | ''} word
 * @param {string} [text]
 */
function say(word, text = '') {
  if (!result) return;
  result.textContent = text;
  result.className = word;
}

chosen?.addEventListener('change', async () => {
  const [file] = chosen.files ?? [];
  if (!file || !compare) return say('');
  const { hashes = '', same, different, cannot } = compare.dataset;
  const hash = await hashOf(file);
  if (hash === null) return say('cannot', cannot);
  return hashes.split(' ').includes(hash) ? say('same', same) : say('different', different);
});

form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const [file] = chosen?.files ?? [];
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById('sha256'));
  const hash = file ? await hashOf(file) : null;
  if (hash === null || !field) return say('cannot', form.dataset.cannot);
  field.value = hash;
  form.submit();
});
