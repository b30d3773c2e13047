const SAME: Readonly<Record<string, string>> = {
  қ: 'к',
  ә: 'а',
  ң: 'н',
  ө: 'о',
  ұ: 'у',
  ү: 'у',
  і: 'и',
  һ: 'х',
  ғ: 'г',
  ё: 'е',
};

/**
 * A text as it is compared: small letters, the Kazakh letters as their nearest Russian ones (many phones have no Kazakh
 * keyboard), quotes and other marks gone, one space between words. Folding the folded text changes nothing.
 */
export function fold(text: string): string {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .replaceAll(/[қәңөұүіһғё]/g, (letter) => SAME[letter] ?? letter)
      // Stress marks and apostrophes stand inside a word.
      .replaceAll(/[\p{M}'’ʼ`´]/gu, '')
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  );
}
