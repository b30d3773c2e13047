import type { ApplicationId } from '../../core/index.ts';
import { attendingWorld, type House } from '../../local/testing/attending.ts';
import type { Family } from '../../local/testing/core-world.ts';
import { packId } from '../callback.ts';
import { renderNotice } from '../delivery/render.ts';
import type { Chat } from './chat.ts';
import { botStage } from './stage.ts';

/** A parent in a chat, with a child that goes to a kindergarten. */
export interface Parent extends Family {
  readonly chat: Chat;
  readonly id: ApplicationId;
}

export type Language = 'kk' | 'ru';

/** A bot over a district that has waiting lists. Call at the top level of a test file. */
export async function waitlistStage() {
  const stage = await botStage({ preset: 'A_WAITLIST' });
  const world = await attendingWorld(stage.world);
  const home = await world.house('Күншуақ', 60);

  /** A parent in a chat whose child goes to the house, `home` when none is named. */
  async function attending(language: Language = 'kk', at: House = home): Promise<Parent> {
    const parent = await stage.loggedIn(language);
    const id = await world.attend(parent, at);
    return Object.assign(parent, { id });
  }

  /** A child that goes to the house and does not talk to the bot. */
  async function neighbour(at: House = home) {
    const family = await world.person();
    return { family, id: await world.attend(family, at) };
  }

  /** Head or operator in a chat, at the desk. */
  async function atDesk(role: { readonly head: House } | 'operator', language: Language = 'kk') {
    const member = await stage.loggedIn(language);
    const what =
      role === 'operator'
        ? { role: 'OPERATOR', district_id: world.districtId }
        : { role: 'KINDERGARTEN_HEAD', kindergarten_id: role.head.id };
    await world.db.prisma.staff_role.create({
      data: { person_id: member.personId, granted_at: world.clock.now(), ...what },
    });
    await member.chat.type('/menu');
    await member.chat.tap(language === 'kk' ? 'Қызметкер' : 'сотрудник');
    return member;
  }

  /** Presses the button of the last notice with this code; answers what the notice said. */
  async function pressNotice({ personId, chat }: Pick<Parent, 'personId' | 'chat'>, code: string) {
    const { items } = await world.core.notices.list(personId, 0, 30);
    const notice = items.find((item) => item.code === code);
    if (notice === undefined) throw new Error(`no notice ${code}`);
    const rendered = renderNotice(notice, 'kk');
    const { button } = rendered;
    if (button === null || !('callback_data' in button)) throw new Error(`the notice ${code} has no button`);
    await chat.press(button.callback_data, 9_000_000);
    return rendered.html;
  }

  /** Opens a screen of one application or entry, as a kept button would. */
  const open = (chat: Chat, screen: string, id: string): Promise<void> =>
    chat.press(`v1:${screen}:${packId(id)}`, chat.live.id);

  /** Signs the statement whose code was sent last. */
  const typeCode = ({ chat, phone }: Pick<Parent, 'chat' | 'phone'>): Promise<number> =>
    chat.type(world.lastCode(phone));

  const entryOf = (parent: Parent, house: House) => world.entryOf(parent, parent.id, house);
  const statusOf = async (parent: Parent, id: ApplicationId = parent.id) =>
    (await world.core.waitlists.of(parent.personId, id)).status;

  return {
    ...stage,
    world,
    home,
    attending,
    neighbour,
    atDesk,
    pressNotice,
    open,
    typeCode,
    entryOf,
    statusOf,
  };
}
