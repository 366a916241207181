/* Searches the stories of all editions, month by month, on the reader's own machine. No word of a search leaves it. */
(() => {
  'use strict';
  const ENOUGH = 40;
  const form = document.getElementById('search-form');
  const list = document.getElementById('found');
  const said = document.getElementById('said');
  const more = document.getElementById('more');
  const { months: named, editions, index, shards } = form.dataset;
  const months = named.split(' ').filter(Boolean);
  const loaded = new Map();
  const lost = new Set();
  let turn = 0;
  let limit = ENOUGH;

  const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  const spaced = (text) => ` ${words(text).join(' ')}`;
  const two = (number) => String(number).padStart(2, '0');
  const named_by = (field) => new Map([...form.elements[field].options].map((each) => [each.value, each.text]));
  const topics = named_by('topic');
  const networks = named_by('network');
  const namesOf = (keys, names) => keys.map((key) => names.get(key) || key);

  window.dailyten = (shard) => {
    const stories = shard.stories.map(([day, anchor, title, url, feed, inTopics, inNetworks, minutes, language, summary]) => {
      const [key, source] = shard.feeds[feed];
      const labels = [...namesOf(inTopics, topics), ...namesOf(inNetworks, networks)];
      return {
        on: `${shard.month}-${two(day)}`, anchor, title, url, feed: key, source, topics: inTopics, networks: inNetworks,
        minutes, language, labels, inTitle: spaced(title), inLabels: spaced(`${source} ${labels.join(' ')}`), inSummary: spaced(summary),
      };
    });
    loaded.set(shard.month, stories);
    const known = form.elements.feed.options;
    shard.feeds.forEach(([key, title]) => {
      if (![...known].some((each) => each.value === key)) form.elements.feed.add(new Option(title, key));
    });
  };

  const load = (month) => new Promise((done) => {
    const script = document.createElement('script');
    script.src = `${shards}${month}.js`;
    script.onload = done;
    script.onerror = () => { lost.add(month); done(); };
    document.head.append(script);
  });

  const asked = () => {
    const value = (name) => form.elements[name].value;
    return { tokens: words(value('q')), topic: value('topic'), network: value('network'), feed: value('feed'), from: value('from'), to: value('to') };
  };

  const has = (text, token) => text.includes(/^[\x00-\u024f]+$/.test(token) ? ` ${token}` : token);

  const points = (story, wish) => {
    if (wish.topic && !story.topics.includes(wish.topic)) return 0;
    if (wish.network && !story.networks.includes(wish.network)) return 0;
    if (wish.feed && story.feed !== wish.feed) return 0;
    if ((wish.from && story.on < wish.from) || (wish.to && story.on > wish.to)) return 0;
    let sum = 1;
    for (const token of wish.tokens) {
      const won = (has(story.inTitle, token) ? 4 : 0) + (has(story.inLabels, token) ? 2 : 0) + (has(story.inSummary, token) ? 1 : 0);
      if (!won) return 0;
      sum += won;
    }
    return sum;
  };

  const element = (kind, name, text) => {
    const made = document.createElement(kind);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  };

  const marked = (into, title, tokens) => {
    title.split(/([\p{L}\p{N}]+)/u).forEach((piece) => {
      const hit = piece && tokens.some((token) => fold(piece).startsWith(token));
      into.append(hit ? element('mark', '', piece) : piece);
    });
  };

  const sayDate = (on) => new Date(`${on}T12:00:00`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

  const row = (story, tokens) => {
    const item = element('li');
    const here = `${editions}${story.on}/${index}#${story.anchor}`;
    const title = element('a', 'title');
    title.href = story.url || here;
    if (story.url) title.rel = 'noopener external';
    title.dir = 'auto';
    if (story.language && story.language !== 'en') title.lang = story.language;
    marked(title, story.title, tokens);
    const meta = element('p', 'meta');
    const day = element('span');
    const link = element('a', '', sayDate(story.on));
    link.href = here;
    day.append(link);
    meta.append(element('bdi', 'source', story.source), day);
    if (story.minutes) meta.append(element('span', '', `${story.minutes} min`));
    story.labels.slice(0, 3).forEach((label) => meta.append(element('span', '', label)));
    item.append(title, meta);
    return item;
  };

  const show = (wish, wanted, done) => {
    const found = [];
    wanted.forEach((month) => (loaded.get(month) || []).forEach((story) => {
      const sum = points(story, wish);
      if (sum) found.push([sum, story]);
    }));
    found.sort((one, other) => other[0] - one[0] || (one[1].on < other[1].on ? 1 : one[1].on > other[1].on ? -1 : 0));
    list.replaceChildren(...found.slice(0, limit).map(([, story]) => row(story, wish.tokens)));
    const read = wanted.filter((month) => loaded.has(month) || lost.has(month));
    const whole = read.length === wanted.length;
    const count = `${found.length} ${found.length === 1 ? 'story' : 'stories'}`;
    const span = whole ? '' : ` since ${read[read.length - 1] || ''}`;
    const gap = lost.size ? ` ${lost.size} of ${months.length} months could not be loaded.` : '';
    const shown = found.length > limit ? `, the best ${limit} shown` : '';
    if (done) said.textContent = (found.length ? `${count}${span}${shown}.` : `Nothing found${span}. Try fewer or shorter words.`) + gap;
    more.hidden = !done || (whole && found.length <= limit);
    more.textContent = found.length > limit ? 'Show more' : 'Look further back';
    return found.length;
  };

  const remember = () => {
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    try { history.replaceState(null, '', chosen.toString() ? `?${chosen}` : location.pathname); } catch { /* from disk */ }
  };

  const search = async () => {
    turn += 1;
    const mine = turn;
    const wish = asked();
    if (!wish.tokens.length && ![wish.topic, wish.network, wish.feed, wish.from, wish.to].some(Boolean)) {
      list.replaceChildren();
      said.textContent = '';
      more.hidden = true;
      return;
    }
    const wanted = months.filter((month) => (!wish.from || month >= wish.from.slice(0, 7)) && (!wish.to || month <= wish.to.slice(0, 7)));
    let count = show(wish, wanted, false);
    for (const month of wanted) {
      if (count >= limit) break;
      if (!loaded.has(month) && !lost.has(month)) {
        await load(month);
        if (mine !== turn) return;
        count = show(wish, wanted, false);
      }
    }
    show(wish, wanted, true);
  };

  let waiting = 0;
  const soon = () => {
    limit = ENOUGH;
    clearTimeout(waiting);
    waiting = setTimeout(() => { remember(); search(); }, 150);
  };
  form.addEventListener('input', soon);
  form.addEventListener('reset', () => setTimeout(soon));
  form.addEventListener('submit', (event) => { event.preventDefault(); soon(); });
  more.addEventListener('click', () => { limit += ENOUGH; search(); });
  new URLSearchParams(location.search).forEach((value, name) => { if (form.elements[name]) form.elements[name].value = value; });
  document.getElementById('filters').open = ['topic', 'network', 'feed', 'from', 'to'].some((name) => form.elements[name].value);
  search();
})();
