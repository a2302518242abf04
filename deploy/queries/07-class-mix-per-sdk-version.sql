-- Share of each class of log codes, by SDK version: a release that suddenly sends more faults shows here.
with version as (
  select session, max(sdk_version) as sdk_version
  from logs_all
  where dt between '2026-03-01' and '2026-03-02' and code % 1000 = 100
  group by session
)
select
  v.sdk_version,
  coalesce(c.class, 'unknown') as class,
  count(*) as logs,
  round(100e0 * count(*) / sum(count(*)) over (partition by v.sdk_version), 1) as pct
from logs_all l
join version v on v.session = l.session
left join log_codes c on c.code = l.code
where l.dt between '2026-03-01' and '2026-03-02'
group by v.sdk_version, coalesce(c.class, 'unknown')
order by v.sdk_version, logs desc, class
