-- Transactions in which the card number was pasted and the tab had been left: how often and how long it was away, and how soon after
-- coming back the paste came. Field 1 is card-number (field_classes).
select
  merchant,
  "transaction",
  count(*) filter (where code % 1000 = 220 and field = 1) as card_pastes,
  count(*) filter (where code % 1000 = 300) as times_hidden,
  coalesce(sum(duration_ms) filter (where code % 1000 = 301), 0) as hidden_ms,
  min(since_visible_ms) filter (where code % 1000 = 220 and field = 1) as back_to_paste_ms
from logs_all
where dt between '2026-03-01' and '2026-03-02'
  and code % 1000 in (220, 300, 301)
group by merchant, "transaction"
having count(*) filter (where code % 1000 = 220 and field = 1) > 0
  and count(*) filter (where code % 1000 = 300) > 0
order by back_to_paste_ms, merchant, "transaction"
