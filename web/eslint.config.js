import js from '@eslint/js'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  js.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}', 'vite.config.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ['test/**/*.mjs', '*.js'],
    languageOptions: {
      globals: {
        getComputedStyle: 'readonly',
        process: 'readonly',
        console: 'readonly',
        document: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
      },
    },
  },
)
