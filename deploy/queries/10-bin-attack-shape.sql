-- The shape of a BIN or card-testing attack: within ten minutes at one merchant many transactions, mostly declined, with card numbers
-- that were pasted (2) or scripted (4) and hardly anybody who typed. Thresholds are a start; set them by your own traffic.
select
  merchant,
  first_ts - first_ts % 600000 as window_ts,
  count(*) as transactions,
  count(*) filter (where declines > 0) as declined,
  count(*) filter (where method_card_number in (2, 4)) as card_not_typed,
  count(*) filter (where scripted > 0 or automation is not null or inhuman_cadences > 0) as not_by_hand,
  round(avg(last_ts - first_ts), 0) as mean_duration_ms
from transactions
where dt between '2026-03-01' and '2026-03-02'
group by merchant, first_ts - first_ts % 600000
having count(*) >= 5
  and 2 * count(*) filter (where declines > 0) >= count(*)
  and 2 * count(*) filter (where method_card_number in (2, 4)) >= count(*)
order by transactions desc, merchant
