import sharp from 'sharp';
import { photo, sheet } from '../../../core/scan/testing/papers.ts';
import type { Upload } from './phone.ts';

/** Photos of a certificate: two that can be read, and one out of focus. */
export async function papers(): Promise<{
  readonly good: Upload;
  readonly better: Upload;
  readonly blurred: Upload;
}> {
  const paper = sheet();
  const shot = await photo(paper);
  const upload = (name: string, buffer: Buffer): Upload => ({ name, mimeType: 'image/jpeg', buffer });
  return {
    good: upload('1.jpg', shot),
    better: upload('2.jpg', await sharp(shot).jpeg({ quality: 88 }).toBuffer()),
    blurred: upload('3.jpg', await photo(paper, { blur: 6 })),
  };
}
