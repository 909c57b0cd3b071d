import { bytesOf, zip } from './given.ts'

export const kml = (inner: string, doctype = ''): Uint8Array =>
  bytesOf(
    `<?xml version="1.0"?>${doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>${inner}</Document></kml>`,
  )
/** Entities that would unfold to 10⁹ texts. */
export const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]>`
export const placemark = (name: string): string =>
  `<Placemark><name>${name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>113.07,27.814 113.071,27.814 113.071,27.815 113.07,27.814</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>`

/** A workbook of one sheet with the cells given as XML. */
export const workbook = (sheet: string, shared = '', merged: readonly string[] = []): Uint8Array =>
  zip([
    {
      name: '[Content_Types].xml',
      bytes: bytesOf(
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
      ),
    },
    {
      name: 'xl/workbook.xml',
      bytes: bytesOf(
        '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表一" sheetId="1" r:id="rId1"/></sheets></workbook>',
      ),
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      bytes: bytesOf(
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      bytes: bytesOf(
        `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheet}</sheetData>${
          merged.length === 0
            ? ''
            : `<mergeCells>${merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`
        }</worksheet>`,
      ),
      deflate: true,
    },
    ...(shared === '' ? [] : [{ name: 'xl/sharedStrings.xml', bytes: bytesOf(shared), deflate: true }]),
  ])
export const cell = (at: string, text: string): string =>
  `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`
export const heading = `<row r="1">${cell('A1', '宗地代码')}${cell('B1', '坐落')}${cell('C1', '宗地面积')}</row>`
