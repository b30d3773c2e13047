/** A process of delivery for tests that kill it: `node child.ts <database> <api root> <token> <settings as JSON>`. */
import { createBroadcasts } from '../../../core/broadcast/broadcasts.ts';
import { systemClock } from '../../../core/clock.ts';
import { openDb } from '../../../core/db/db.ts';
import { createNotices } from '../../../core/notice/notices.ts';
import { createPace } from '../../../core/notice/pace.ts';
import { createTelegram } from '../telegram.ts';
import { startLanes } from '../worker.ts';

const [url = '', apiRoot = '', token = '', settings = '{}'] = process.argv.slice(2);
const db = openDb(url, { max: 4 });
const clock = systemClock;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
startLanes({
  core: {
    notices: createNotices({ db, clock, log }),
    broadcasts: createBroadcasts({ db, clock }),
    pace: createPace(db),
  },
  clock,
  log,
  telegram: createTelegram({ token, apiRoot }),
  sms: { send: async () => 'sms' },
  mail: { send: async () => 'mail' },
  frame: { supportPhone: '1414' },
  settings: JSON.parse(settings) as object,
});
