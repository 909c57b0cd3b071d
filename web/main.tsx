import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiUnreachable } from './api.ts'
import { App } from './App.tsx'
import './fonts.css'
import { startLanguages } from './i18n.ts'
import './page.css'
import { parseView } from './view-url.ts'

const { lang } = parseView(location.search)
dayjs.locale(lang === 'zh' ? 'zh-cn' : 'en')
await startLanguages(lang)

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A browser without a network still reaches a server on its own machine; where it does not, that is said at once.
      networkMode: 'always',
      refetchOnReconnect: true,
      // A refusal stays one; only silence is worth asking again.
      retry: (count, error) => error instanceof ApiUnreachable && count < 2,
      retryDelay: (count) => 500 * 2 ** count,
    },
  },
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
