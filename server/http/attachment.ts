/**
 * Content-Disposition of a download under a name people gave (RFC 6266): an ASCII stand-in for old readers, the
 * name itself percent-encoded, so that neither quotes nor line breaks in it can reach the header.
 */
export function attachmentHeader(fileName: string): string {
  const ascii = fileName
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._ -]/g, '_')
    .slice(0, 100)
  const encoded = encodeURIComponent(fileName.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii || 'file'}"; filename*=UTF-8''${encoded}`
}
