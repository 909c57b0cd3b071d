import chinese from '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2?url'
import latin from '@fontsource/noto-sans-sc/files/noto-sans-sc-latin-400-normal.woff2?url'

/** Fonts of the labels: the same two files the page itself uses, so they are fetched once. */
export const mapFonts = [
  { url: latin, range: ['U+0000-02DC', 'U+2000-206F'] },
  { url: chinese, range: ['U+2E80-9FFF', 'U+F900-FAFF', 'U+FE30-FFEF'] },
] as const
