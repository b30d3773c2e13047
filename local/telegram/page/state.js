/** What the page knows. `view` is the open chat as the server tells it. */
export const state = {
  bot: null,
  people: [],
  /** Id of the person one plays now. */
  me: null,
  view: null,
  /** The person's chat with themselves is open, not the bot's. */
  elsewhere: false,
  world: { links: [], clock: null, inbox: false, places: [] },
  /** Milliseconds between the stand-in's clock and the browser's. */
  clockShift: 0,
  inbox: [],
  calls: [],
  editing: null,
  replying: null,
};

/** Of the open chat, as events name it. */
export const openChat = () => (state.elsewhere ? -state.me : state.me);

/** Asks for the other chat of the person, with a query begun in it if there is one. */
export const goTo = (elsewhere, query) =>
  document.dispatchEvent(new CustomEvent('chat', { detail: { elsewhere, query } }));

export const now = () => Date.now() + state.clockShift;

export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(' ');

export const initials = (person) =>
  [person.first_name, person.last_name]
    .filter(Boolean)
    .map((word) => [...word][0])
    .join('')
    .toUpperCase();

const COLOURS = ['#e0616a', '#d98324', '#8a6be0', '#2fa36b', '#2b9cc4', '#4377d8', '#c9589e'];

export const colourOf = (person) => person.colour ?? COLOURS[person.id % COLOURS.length];

const LAST = 'kezek.page.person';

export const remembered = () => Number(sessionStorage.getItem(LAST)) || null;

/** Who was played last in any tab: a link that leads out of the chat comes back in a new one. */
export const rememberedAnywhere = () => Number(localStorage.getItem(LAST)) || null;

export function remember(id) {
  sessionStorage.setItem(LAST, String(id ?? ''));
  if (id !== null) localStorage.setItem(LAST, String(id));
}
