import js from '@eslint/js'
import hooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** The folders of the client, each of which may import those after it alone. */
const layers = ['app', 'pages', 'features', 'ui', 'live', 'data', 'i18n', 'lib']

/** Forbids a folder to import those before it. */
function layer(name) {
  const above = layers.slice(0, layers.indexOf(name))
  return {
    files: [`src/${name}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: above.map((a) => `**/../${a}/**`), message: `${name} may not import ${above.join(', ')}` }] },
      ],
    },
  }
}

/** Pages do not know each other. Loading the code of one ahead is no import. */
const pagesAlone = {
  files: ['src/pages/*/**/*.{ts,tsx}'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              '**/../app/**',
              '**/../pages/**',
              '../equipment-*/**',
              '../overview/**',
              '../reliability/**',
              '../site/**',
              '../sites/**',
              '../work/**',
            ],
            message: 'pages may not import app or each other',
          },
        ],
      },
    ],
  },
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/graphql'] },
  js.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}', 'vite/**/*.ts', '*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'react-hooks': hooks },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
  ...layers.slice(1).map(layer),
  pagesAlone,
  {
    files: ['test/**/*.mjs', 'bench/*.mjs', '*.js', '*.mjs'],
    languageOptions: {
      globals: {
        getComputedStyle: 'readonly',
        process: 'readonly',
        console: 'readonly',
        document: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        performance: 'readonly',
        PerformanceObserver: 'readonly',
        requestAnimationFrame: 'readonly',
        MutationObserver: 'readonly',
        Element: 'readonly',
      },
    },
  },
)
