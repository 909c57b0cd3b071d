const totalWord =
  /^.{0,10}(?:[合总小共]\s*计|累计|合计数)\s*(?:[:：(（\s\d].{0,20})?$|^(?:sub-?|grand )?(?:total|sum)\s*[:：]?$/iu

/** Whether a cell says that its row sums others: 合计, 天元区小计, 总计：3宗, 小计（2宗）, Total. A project may have such a word in its name, not at its end. */
export const isTotalText = (text: string): boolean => text.length <= 40 && totalWord.test(text.trim())
