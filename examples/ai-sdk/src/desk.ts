import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Laptop } from './laptop.ts'

/**
 * Dana's desk: what waits for her, and two buttons. In life this is the authority's own page, behind
 * a sign-in, and not a part of the application that asks.
 */
export function desk(laptop: Laptop): Hono {
  return new Hono()
    .get('/', async (c) => {
      const questions = await laptop.questions()
      const rows = questions.map(
        ({
          requestId,
          wants,
          reason,
          onBehalfOf,
        }) => html`<form method="post" action="/desk/${requestId}">
          <p><strong>${wants}</strong><br>for ${onBehalfOf}, because “${reason}”</p>
          <button name="decision" value="approve">Approve</button>
          <button name="decision" value="deny">Deny</button>
        </form>`,
      )
      return c.html(html`<!doctype html><meta charset="utf-8"><title>Dana’s desk</title>
        <h1>Dana’s desk</h1>${rows.length > 0 ? rows : html`<p>Nothing waits.</p>`}`)
    })
    .post('/:requestId', async (c) => {
      const { decision } = await c.req.parseBody()
      const approve = decision === 'approve'
      const message = approve ? 'Approved, once.' : 'Not this month.'
      await laptop.decide(c.req.param('requestId'), approve, message)
      return c.redirect('/desk')
    })
}
