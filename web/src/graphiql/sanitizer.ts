// What monaco-editor imports of DOMPurify, by the names that it uses.
import purify from 'dompurify'

export const addHook = purify.addHook.bind(purify)
export const removeHook = purify.removeHook.bind(purify)
export const sanitize = purify.sanitize.bind(purify)
