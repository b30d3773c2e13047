import { act } from './api.js';
import { drawComposer, say } from './composer.js';
import { alertBox, failed, toast } from './dialog.js';
import { byId } from './dom.js';
import { beginInline } from './inline.js';
import { goTo, remember, state } from './state.js';

const TAP_WAIT_MS = 10_000;

/* Answers to taps come with the event stream, sometimes before the tap's own response */

const answers = new Map();

async function answerTo(queryId) {
  for (
    const end = Date.now() + TAP_WAIT_MS;
    Date.now() < end;
    await new Promise((next) => setTimeout(next, 50))
  ) {
    const answer = answers.get(queryId);
    if (answer) return answer;
  }
  return null;
}

export function noteAnswer(event) {
  answers.set(event.queryId, event);
  if (answers.size > 50) answers.delete(answers.keys().next().value);
}

/** What can be done from within a message. */
export const actions = {
  command: say,
  /** A link to the bot itself is followed here; anything else is the browser's. */
  link(url) {
    const own = new RegExp(`^(?:https://t\\.me/|tg://resolve\\?domain=)${state.bot.username}\\b`, 'i');
    if (!own.test(url)) {
      remember(state.me);
      return false;
    }
    const payload = new URL(url).searchParams.get('start') ?? '';
    goTo(false);
    act(state.me, 'start', { payload }).catch(failed);
    return true;
  },
  async tap(message, button, node) {
    node.classList.add('busy');
    node.setAttribute('aria-busy', 'true');
    try {
      const { elsewhere } = state;
      const target = { message_id: message.message_id, data: button.callback_data, elsewhere };
      const { queryId } = await act(state.me, 'tap', target);
      const answer = await answerTo(queryId);
      if (answer?.url && !actions.link(answer.url)) window.open(answer.url, '_blank', 'noopener');
      if (answer?.text) answer.alert ? alertBox(answer.text) : toast(answer.text);
    } catch (error) {
      failed(error);
    } finally {
      node.classList.remove('busy');
      node.removeAttribute('aria-busy');
    }
  },
  inline: beginInline,
  /** A button for any chat leads into the other one: here there is one besides the bot's. */
  inlineElsewhere: (query) => goTo(true, query),
  reply(message) {
    state.replying = message;
    state.editing = null;
    drawComposer();
    byId('input')?.focus();
  },
  edit(message) {
    state.editing = message;
    state.replying = null;
    drawComposer();
    byId('input').value = message.text;
    byId('input').focus();
  },
};
