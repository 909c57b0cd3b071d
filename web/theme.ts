import type { ThemeConfig } from 'antd'

export const uiFont = `'Noto Sans SC', 'Noto Sans SC Latin', system-ui, sans-serif`

/** Calm and dense; every text colour keeps 4.5 to 1 against what it stands on. */
export const theme: ThemeConfig = {
  token: {
    fontFamily: uiFont,
    fontSize: 13,
    colorPrimary: '#0b6e75',
    colorLink: '#0b5f66',
    colorInfo: '#0b6e75',
    colorText: '#1d2a29',
    colorTextSecondary: '#4d5a58',
    colorTextTertiary: '#5d6967',
    colorTextDescription: '#5d6967',
    colorTextPlaceholder: '#697573',
    colorTextDisabled: '#697573',
    colorBorder: '#c3cbc8',
    colorBorderSecondary: '#e1e5e3',
    colorError: '#b3261e',
    colorWarning: '#8a5a00',
    colorSuccess: '#1f7a4d',
    borderRadius: 4,
    controlHeight: 30,
    controlHeightSM: 24,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
  components: {
    Table: { cellPaddingBlockSM: 5, cellPaddingInlineSM: 8, headerBg: '#f2f4f2' },
    Tabs: { horizontalMargin: '0', horizontalItemGutter: 14, horizontalItemPadding: '8px 0' },
    Segmented: { itemSelectedBg: '#ffffff' },
    Collapse: { headerPadding: '6px 10px', contentPadding: '6px 10px' },
    Timeline: { itemPaddingBottom: 12 },
  },
}
