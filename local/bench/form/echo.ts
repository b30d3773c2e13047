/** The baseline: a bare grammY bot behind Fastify, which answers every update and writes every file to the disk. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import fastify from 'fastify';
import { Bot, type Context, InlineKeyboard, webhookCallback } from 'grammy';

const { TELEGRAM_API_ROOT = '', BOT_TOKEN = '', WEBHOOK_SECRET = '', DATA_DIR = '' } = process.env;
const folder = `${DATA_DIR}/echo`;
mkdirSync(folder, { recursive: true });
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: TELEGRAM_API_ROOT } });
const keyboard = new InlineKeyboard().text('ok', 'ok');

bot.on(['message:photo', 'message:document'], async (ctx) => {
  await keep(ctx);
  await ctx.reply('ok', { reply_markup: keyboard });
});
bot.on('message', (ctx) => ctx.reply('ok', { reply_markup: keyboard }));
bot.on('callback_query', async (ctx) => {
  await ctx.answerCallbackQuery();
  await ctx.editMessageText('ok', { reply_markup: keyboard });
});

async function keep(ctx: Context): Promise<void> {
  const { file_id, file_path } = await ctx.getFile();
  const url = `${TELEGRAM_API_ROOT}/file/bot${BOT_TOKEN}/${file_path}`;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, resolve).on('error', reject);
  });
  await pipeline(response, createWriteStream(`${folder}/${file_id}`));
}

const app = fastify({ logger: false });
app.post('/telegram', webhookCallback(bot, 'fastify', { secretToken: WEBHOOK_SECRET }));
process.stdout.write(`health ${await app.listen({ port: 0, host: '127.0.0.1' })}/health\n`);
