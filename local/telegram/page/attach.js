import { act, post } from './api.js';
import { agreeToShare } from './composer.js';
import { chooseBox, confirmBox, failed, formBox } from './dialog.js';
import { h } from './dom.js';
import { choosePlace } from './places.js';
import { fullName, goTo, state } from './state.js';
import { t } from './texts.js';
import { sendFiles } from './uploads.js';

const person = () => state.view.person;
const run = (promise) => promise.catch(failed);

function pick(kind, accept) {
  const { id } = person();
  const input = h('input', { type: 'file', accept, multiple: true, class: 'offscreen' });
  input.addEventListener('change', () => {
    sendFiles(id, kind, input.files);
    input.remove();
  });
  document.body.append(input);
  input.click();
}

async function sharePlace() {
  const { id } = person();
  const place = await choosePlace();
  if (place) await run(act(id, 'location', place));
}

async function otherContact(forwarded) {
  const others = state.people.filter((one) => one.id !== person().id && one.phone);
  const id = Number(
    await chooseBox(
      t('whose'),
      others.map((one) => [String(one.id), fullName(one), one.phone]),
    ),
  );
  const chosen = others.find((one) => one.id === id);
  if (!chosen) return;
  const card = {
    phone_number: chosen.phone.replace(/^\+/, ''),
    first_name: chosen.first_name,
    user_id: chosen.id,
    forwarded,
  };
  await run(act(person().id, 'contact', card));
}

/** What the paper clip offers. */
export function attachments() {
  const { id } = person();
  return [
    { icon: 'image', text: t('photo'), run: () => pick('photo', 'image/*'), testid: 'attach-photo' },
    { icon: 'file', text: t('file'), run: () => pick('document', ''), testid: 'attach-file' },
    { icon: 'pin', text: t('location'), run: sharePlace, testid: 'attach-place' },
    {
      icon: 'person',
      text: t('myContact'),
      testid: 'attach-contact',
      run: async () => {
        if (await agreeToShare()) await run(act(id, 'contact'));
      },
    },
    { icon: 'person', text: t('otherContact'), run: () => otherContact(false) },
    { icon: 'reply', text: t('forwardContact'), run: () => otherContact(true) },
  ];
}

async function byLink() {
  const fields = [{ name: 'payload', text: t('payload'), required: true }];
  const answer = await formBox(t('deepLink'), fields, t('open'));
  if (answer) await run(act(person().id, 'start', answer));
}

/** What is behind the three dots of the chat. */
export function chatMenu() {
  const me = person();
  const ban = async () => {
    if (await confirmBox(t('block'), t('blockAsk'), t('block'), 'danger'))
      await run(act(me.id, 'block', { blocked: true }));
  };
  const free = () => run(act(me.id, 'block', { blocked: false }));
  const wipe = async () => {
    if (await confirmBox(t('deleteChat'), t('deleteAsk'), t('delete'), 'danger'))
      await run(act(me.id, 'delete-chat'));
  };
  if (state.elsewhere) return [{ icon: 'back', text: t('backToBot'), run: () => goTo(false) }];
  return [
    { icon: 'find', text: t('notes'), run: () => goTo(true), testid: 'elsewhere' },
    { icon: 'link', text: t('deepLink'), run: byLink, testid: 'deep-link' },
    me.blocked
      ? { icon: 'block', text: t('unblock'), run: free, testid: 'block' }
      : { icon: 'block', text: t('block'), run: ban, testid: 'block', kind: 'danger' },
    { icon: 'trash', text: t('deleteChat'), run: wipe, testid: 'delete-chat', kind: 'danger' },
  ];
}

/** Asks for a new person; resolves with them or null. */
export async function newPerson() {
  const fields = [
    { name: 'first_name', text: t('firstName'), required: true },
    { name: 'last_name', text: t('lastName') },
    { name: 'phone', text: t('phone'), value: '+7' },
    {
      name: 'language_code',
      text: t('appLanguage'),
      options: [
        ['kk', 'Қазақша'],
        ['ru', 'Русский'],
      ],
    },
    { name: 'role', text: t('role') },
  ];
  const answer = await formBox(t('addPerson'), fields, t('add'));
  if (!answer) return null;
  const given = Object.fromEntries(
    Object.entries(answer).filter(([, value]) => value !== '' && value !== '+7'),
  );
  return post('people', given).catch((error) => {
    failed(error);
    return null;
  });
}
