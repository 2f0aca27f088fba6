// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { loadPage } from './lazy-page'

test('a missing part is asked for again, then the page is loaded again once, then the fault is shown', async () => {
  sessionStorage.clear()
  const missing = vi.fn().mockRejectedValue(new Error('gone'))
  const reload = vi.fn()
  expect(await loadPage(vi.fn().mockRejectedValueOnce(new Error('blip')).mockResolvedValue('page'), reload)).toBe('page')
  expect(reload).not.toHaveBeenCalled()
  void loadPage(missing, reload, 1_000_000)
  await vi.waitFor(() => {
    expect(reload).toHaveBeenCalledTimes(1)
  })
  await expect(loadPage(missing, reload, 1_100_000)).rejects.toThrow('gone')
  expect(reload).toHaveBeenCalledTimes(1)
})
