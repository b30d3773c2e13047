/** What a start costs without a program in it: `node bare.ts node|fastify` answers GET /health on PORT with 200. */
const port = Number(process.env.PORT);

if (process.argv[2] === 'fastify') {
  const { default: fastify } = await import('fastify');
  const app = fastify();
  app.get('/health', async () => ({ status: 'ok' }));
  await app.listen({ port, host: '127.0.0.1' });
} else {
  const { createServer } = await import('node:http');
  createServer((_, res) => res.end('{"status":"ok"}')).listen(port, '127.0.0.1');
}
