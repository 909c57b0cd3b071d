import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const api = process.env.TERRIER_API ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // MapLibre alone is over a megabyte before compression; it is loaded beside the panels, not before them.
    chunkSizeWarningLimit: 1500,
    // Fonts stay files: the map fetches them by address, and a data address would double them.
    assetsInlineLimit: (file) => (/\.(woff2|mjs)$/.test(file) ? false : undefined),
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'maplibre', test: /node_modules\/maplibre-gl/ },
            { name: 'draw', test: /node_modules\/(terra-draw|proj4|mgrs|wkt-parser)/ },
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { '/api': api, '/tiles': api, '/basemap': api, '/ogc': api },
  },
})
