import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { type Express, type Request, type Response } from 'express'

const A_YEAR = 'public, max-age=31536000, immutable'

/**
 * The page: files whose names carry a hash may be kept for good, everything else is asked for again. An address that is
 * no file is a place inside the page.
 * @param webDir what `npm run build` wrote; may be missing
 */
export function serveWeb(app: Express, webDir: string): void {
  const index = join(webDir, 'index.html')
  app.use(
    express.static(webDir, {
      index: false,
      setHeaders: (response, path) => {
        const isHashed = path.startsWith(join(webDir, 'assets'))
        response.setHeader('Cache-Control', isHashed ? A_YEAR : 'no-cache')
        // a module worker is refused under any other type
        if (path.endsWith('.mjs')) response.setHeader('Content-Type', 'text/javascript; charset=utf-8')
      },
    }),
  )
  app.get(/^\/(?!api\/|tiles\/|basemap\/|ogc\/)[^.]*$/, (request: Request, response: Response, next) => {
    if (request.accepts(['html', 'json']) !== 'html') {
      next()
      return
    }
    response.setHeader('Cache-Control', 'no-cache')
    if (existsSync(index)) response.sendFile(index)
    else {
      response
        .status(503)
        .type('text/plain')
        .send('网页尚未构建:请运行 npm run build。\nThe page has not been built: run npm run build.\n')
    }
  })
}
