import { expect, test } from 'vitest'
import { readAnswer } from './answer'

test('an answer has data, errors or both', () => {
  expect(readAnswer('{"data": {"a": 1}}')).toEqual({ data: { a: 1 }, failed: false })
  expect(readAnswer('{"data": {"a": null}, "errors": [{"message": "no"}]}')).toEqual({ data: { a: null }, failed: true })
  expect(readAnswer('{"errors": [{"message": "no"}]}')).toEqual({ data: null, failed: true })
})

test.each(['', 'null', '[]', '"text"', '{"data": '])('%j is no answer', (text) => {
  expect(readAnswer(text)).toBeNull()
})
