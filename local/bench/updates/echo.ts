/** The baseline: a bare grammY bot behind its own webhook adapter. Prints its address when it listens. */
import { createServer } from 'node:http';
import { Bot, webhookCallback } from 'grammy';

const { TELEGRAM_API_ROOT = '', BOT_TOKEN = '', WEBHOOK_SECRET = '' } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: TELEGRAM_API_ROOT } });
bot.on('message:text', (ctx) => ctx.reply(ctx.message.text));
const server = createServer(webhookCallback(bot, 'http', { secretToken: WEBHOOK_SECRET }));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`health http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/health\n`);
});
