// Finds a browser for the tests; run by itself it prints the path, or fails.
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser's path, or undefined. */
export const browserPath = places.find((path) => path && existsSync(path))

/** Options of a browser that makes no requests of its own. */
export const launchOptions = {
  executablePath: browserPath,
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!browserPath) process.exit(1)
  console.log(browserPath)
}
