import { parentPort } from 'node:worker_threads';
import { kindOf } from './kind.ts';
import { lookAtPdf } from './pdf.ts';
import { lookAtPicture } from './picture.ts';
import { refused, type Verdict } from './verdict.ts';

/** A thread of its own for what strangers sent: it may run out of time or memory without anybody waiting for it. */
if (parentPort === null) throw new Error('this file is a worker');
const port = parentPort;

port.on('message', async (buffer: ArrayBuffer) => {
  const verdict = await lookAt(new Uint8Array(buffer));
  // The content of a good one goes back by the same way: it is in memory once.
  if (verdict.ok) port.postMessage({ verdict, buffer }, [buffer]);
  else port.postMessage({ verdict });
});
port.postMessage('ready');

async function lookAt(content: Uint8Array<ArrayBuffer>): Promise<Verdict> {
  const kind = kindOf(content);
  if (kind === undefined) return refused('scan.type');
  if (kind === 'HEIC') return refused('scan.heic');
  return kind === 'application/pdf' ? lookAtPdf(content) : lookAtPicture(content, kind);
}
