"""The fast side of caps: sums in Redis, filled from the ledger when they are not there.

A counter is a hash: `t` tokens and `m:USD` money spent, `ht` and `hm:USD` held by calls under way, `f` 1 once it is
filled. A call under way is a hash of its own, which says what it holds and where, and stands in `open` with the time at
which it is given up. `alive` is there as long as Redis has lost nothing.

A counter is made empty before the ledger is read, and what ends meanwhile is added to it at once: so nothing is lost
between the two. What is counted twice then, by chance, is put right an hour later, when it is filled anew.
"""

from accounts.scripts import Script

ALIVE, OPEN = "spend:{s}:alive", "spend:{s}:open"
HOLD_MS = 15 * 60 * 1000  # a reply that waits in line and takes as long as it may has ended by then
FRESH_MS = 60 * 60 * 1000
UNKNOWN, LOST = -1, -2

_LET_GO = """
local function let_go(call)
  local held = redis.call('HMGET', call, 't', 'm', 'c', 'in')
  if held[1] then
    for name in string.gmatch(held[4], '%S+') do
      if redis.call('EXISTS', name) == 1 then
        redis.call('HINCRBY', name, 'ht', -held[1])
        if held[3] ~= '' then redis.call('HINCRBY', name, 'hm:' .. held[3], -held[2]) end
      end
    end
    redis.call('DEL', call)
  end
end
"""
_HOLD = """
local function hold(call, id, due, t, m, c, names)
  redis.call('HSET', call, 't', t, 'm', m, 'c', c, 'in', names)
  redis.call('PEXPIRE', call, 2 * tonumber(ARGV[1]))
  redis.call('ZADD', 'spend:{s}:open', due, id)
  for name in string.gmatch(names, '%S+') do
    if redis.call('EXISTS', name) == 1 then
      redis.call('HINCRBY', name, 'ht', t)
      if c ~= '' then redis.call('HINCRBY', name, 'hm:' .. c, m) end
    end
  end
end
"""
_NOW = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
"""

# KEYS: alive, open, the counters. ARGV: hold ms, the call's id, tokens, micros, currency; then for each limit the
# number of its counter, its measure's field ('t', 'm:USD'), what this call may take of it, and the limit.
# Answer: 0 held; the number of the limit that is not enough, and what is used and held of it; UNKNOWN, LOST.
RESERVE = Script(
    _LET_GO
    + _HOLD
    + _NOW
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return {-2, 0} end
for i = 3, #KEYS do
  if redis.call('HGET', KEYS[i], 'f') ~= '1' then return {-1, 0} end
end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)) do
  let_go('spend:{s}:call:' .. dead)
  redis.call('ZREM', KEYS[2], dead)
end
local call = 'spend:{s}:call:' .. ARGV[2]
let_go(call)
redis.call('ZREM', KEYS[2], ARGV[2])
for i = 6, #ARGV, 4 do
  local counter, measure = KEYS[2 + ARGV[i]], ARGV[i + 1]
  local used = (redis.call('HGET', counter, measure) or 0) + (redis.call('HGET', counter, 'h' .. measure) or 0)
  if used + ARGV[i + 2] > tonumber(ARGV[i + 3]) then return {(i - 2) / 4, used} end
end
local names = {}
for i = 3, #KEYS do names[#names + 1] = KEYS[i] end
hold(call, ARGV[2], now + ARGV[1], ARGV[3], ARGV[4], ARGV[5], table.concat(names, ' '))
return {0, 0}
"""
)

# KEYS: open, the counters. ARGV: the call's id, tokens, the number of what follows: fields of money ('m:USD') and what
# is added to each; then for each limit the counter's number and its measure's field. What the call held is let go.
# Answer: for each limit what was used of it before and after; -1 where nobody counts.
SETTLE = Script(
    _LET_GO
    + """
let_go('spend:{s}:call:' .. ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
local limits, before, after = 4 + ARGV[3], {}, {}
for i = limits, #ARGV, 2 do before[i] = redis.call('HGET', KEYS[1 + ARGV[i]], ARGV[i + 1]) or 0 end
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    redis.call('HINCRBY', KEYS[i], 't', ARGV[2])
    for money = 4, limits - 1, 2 do redis.call('HINCRBY', KEYS[i], ARGV[money], ARGV[money + 1]) end
  end
end
local told = {}
for i = limits, #ARGV, 2 do
  local counter = KEYS[1 + ARGV[i]]
  local filled = redis.call('HGET', counter, 'f') == '1'
  told[#told + 1] = filled and tonumber(before[i]) or -1
  told[#told + 1] = filled and tonumber(redis.call('HGET', counter, ARGV[i + 1]) or 0) or -1
end
return told
"""
)

# KEYS: a counter. ARGV: how long it is fresh. From now on what ends is added to it. One that is there stays as fresh as
# it is: what everybody shares is begun whenever somebody new asks, and would never be filled anew.
BEGIN = Script("""
local is_new = redis.call('HSETNX', KEYS[1], 'f', 0)
if is_new == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return is_new
""")

# KEYS: open, a counter. ARGV: pairs of field and sum, from the ledger. What is under way and concerns it is held in it.
# One that went since it was begun has missed what ended meanwhile: it is not filled, but begun again.
FILL = Script("""
if redis.call('HGET', KEYS[2], 'f') ~= '0' then return 0 end
for i = 1, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1]) end
for _, name in ipairs(redis.call('HKEYS', KEYS[2])) do
  if string.sub(name, 1, 1) == 'h' then redis.call('HDEL', KEYS[2], name) end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local held = redis.call('HMGET', 'spend:{s}:call:' .. id, 't', 'm', 'c', 'in')
  if held[1] and string.find(' ' .. held[4] .. ' ', ' ' .. KEYS[2] .. ' ', 1, true) then
    redis.call('HINCRBY', KEYS[2], 'ht', held[1])
    if held[3] ~= '' then redis.call('HINCRBY', KEYS[2], 'hm:' .. held[3], held[2]) end
  end
end
redis.call('HSET', KEYS[2], 'f', 1)
return 1
""")

# KEYS: alive. ARGV: hold ms; then for each call under way id, tokens, micros, currency, its counters' names.
# After a loss: what is under way is held again, as much as it may take.
RECOVER = Script(
    _HOLD
    + _NOW
    + """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
for i = 2, #ARGV, 5 do
  if redis.call('EXISTS', 'spend:{s}:call:' .. ARGV[i]) == 0 then
    hold('spend:{s}:call:' .. ARGV[i], ARGV[i], now + ARGV[1], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
  end
end
redis.call('SET', KEYS[1], 1)
return 1
"""
)

# KEYS: counters that missed something while Redis was away. They are filled anew.
FORGET = Script("return redis.call('DEL', unpack(KEYS))")
