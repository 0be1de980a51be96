'use strict';
// Every text goes through textContent: names come from the program that is looked at, and may contain anything.
(() => {
  const LOOKS = 60;
  const $ = id => document.getElementById(id);
  const lanes = new Map();
  let last = null, before = null, chosen = null, paused = false;

  function el(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  const number = n => n === undefined ? '' : n.toLocaleString('en');

  function time(nanos) {
    if (nanos === undefined) return '';
    if (nanos < 1e6) return Math.round(nanos / 1e3) + ' µs';
    if (nanos < 1e9) return Math.round(nanos / 1e6) + ' ms';
    const s = nanos / 1e9;
    if (s < 60) return s.toFixed(1) + ' s';
    if (s < 3600) return Math.floor(s / 60) + ' min ' + Math.floor(s % 60) + ' s';
    return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min';
  }

  function replace(parent, nodes) { parent.replaceChildren(...nodes); }

  function totals() {
    const worst = last.pools.flatMap(p => p.workers).filter(w => w.state === 'BLOCKED').length;
    const spawned = sum(last.pools, 'spawned') - (before ? sum(before.pools, 'spawned') : sum(last.pools, 'spawned'));
    const seconds = before ? (last.time - before.time) / 1000 : 1;
    const facts = [['tasks', number(last.live)], ['spawned', number(Math.max(0, Math.round(spawned / seconds))) + '/s'],
      ['workers blocked', worst]];
    replace($('totals'), facts.map(([name, value]) => {
      const pair = el('div');
      pair.append(el('dt', '', name), el('dd', '', value));
      return pair;
    }));
  }

  const sum = (list, name) => list.reduce((total, each) => total + each[name], 0);

  function link(task) {
    const a = el('a', '', '#' + task);
    a.href = '#task-' + task;
    a.onclick = event => { event.preventDefault(); choose(task); };
    return a;
  }

  function diagnoses() {
    if (last.diagnoses.length === 0) {
      replace($('diagnoses'), [el('div', 'healthy', 'no blocked worker, no deadlock, no lost wake-up, no leak')]);
      return;
    }
    replace($('diagnoses'), last.diagnoses.map(found => {
      const card = el('article', 'diagnosis');
      card.dataset.fault = found.fault;
      const lasting = found.nanos ? ' for ' + time(found.nanos) : '';
      card.append(el('b', '', found.title + lasting), el('span', '', found.meaning));
      if (found.fault === 'CYCLE') {
        const cycle = el('div', 'cycle');
        found.tasks.forEach(task => cycle.append(link(task), '→'));
        cycle.append(link(found.tasks[0]));
        card.append(cycle);
      }
      card.append(el('code', '', found.place));
      return card;
    }));
  }

  function record() {
    const present = new Set();
    last.pools.forEach(pool => pool.workers.forEach((worker, i) => {
      const key = pool.name + '\n' + i;
      present.add(key);
      const lane = lanes.get(key) || [];
      lane.push(worker.state);
      if (lane.length > LOOKS) lane.shift();
      lanes.set(key, lane);
    }));
    for (const key of lanes.keys()) if (!present.has(key)) lanes.delete(key);
  }

  function draw(canvas, lane) {
    const style = getComputedStyle(document.documentElement);
    const width = canvas.width = Math.max(1, canvas.clientWidth * devicePixelRatio);
    const height = canvas.height = 14 * devicePixelRatio;
    const paint = canvas.getContext('2d');
    const step = width / LOOKS;
    lane.forEach((state, i) => {
      paint.fillStyle = style.getPropertyValue('--' + state.toLowerCase());
      paint.fillRect(width - (lane.length - i) * step, 0, Math.max(1, step - devicePixelRatio), height);
    });
  }

  function pools() {
    const old = new Map(before ? before.pools.map(pool => [pool.name, pool]) : []);
    const drawn = [];
    const canvases = [];
    last.pools.forEach(pool => {
      const card = el('div', 'pool');
      const title = el('h3', '', pool.name);
      title.append(el('span', '', number(pool.spawned - pool.ended) + ' tasks'),
        el('span', '', number(pool.queued + sum(pool.workers, 'queued')) + ' queued'));
      if (pool.closed) title.append(el('span', '', 'closed'));
      card.append(title);
      const earlier = old.get(pool.name);
      pool.workers.forEach((worker, i) => {
        const was = earlier && earlier.workers[i];
        const seconds = before ? (last.time - before.time) / 1000 : 0;
        const row = el('div', 'worker');
        const state = worker.state === 'BLOCKED' ? 'blocked ' + time(worker.blockedNanos) : worker.state.toLowerCase();
        const canvas = el('canvas', 'lane');
        canvases.push([canvas, lanes.get(pool.name + '\n' + i)]);
        row.append(el('span', 'n', i), el('span', 'state ' + worker.state, state), canvas,
          el('span', 'n', was && seconds ? number(Math.round((worker.polls - was.polls) / seconds)) + ' polls/s' : ''),
          el('span', 'n', worker.task ? '#' + worker.task : ''));
        card.append(row);
      });
      if (pool.pollTimes.some(Boolean)) {
        const times = el('div', 'times');
        times.append(histogram('time of a poll', pool.pollTimes), histogram('from wake to poll', pool.wakeDelays));
        card.append(times);
      }
      drawn.push(card);
    });
    replace($('pools'), drawn.length ? drawn : [el('p', 'empty', 'no pool is open')]);
    canvases.forEach(([canvas, lane]) => draw(canvas, lane));
  }

  // step i has what took less than 2^i µs
  function histogram(name, counts) {
    const total = counts.reduce((all, n) => all + n, 0);
    const box = el('div', 'histogram');
    box.append(el('span', '', name));
    const bars = el('div', 'bars');
    const most = Math.max(...counts);
    counts.forEach((n, i) => {
      const bar = el('i');
      bar.style.height = n ? Math.max(8, 100 * n / most) + '%' : '0';
      bar.title = (i === counts.length - 1 ? 'more: ' : 'below ' + time(1000 * 2 ** i) + ': ') + number(n);
      bars.append(bar);
    });
    const within = part => {
      let seen = 0;
      return time(1000 * 2 ** Math.max(0, counts.findIndex(n => (seen += n) >= part * total)));
    };
    box.append(bars, el('span', '', 'half below ' + within(0.5) + ', 99 % below ' + within(0.99)));
    return box;
  }

  function channels() {
    $('channelled').hidden = !last.channels.length;
    replace($('channels').tBodies[0], last.channels.map(channel => {
      const row = el('tr');
      const queued = el('td', 'n bar', number(channel.queued));
      queued.style.setProperty('--part', (100 * channel.queued / channel.capacity) + '%');
      row.append(el('td', 'code', channel.name), queued, el('td', 'n', number(channel.capacity)),
        el('td', 'n', number(channel.waiting)), el('td', 'n', number(channel.senders)));
      return row;
    }));
  }

  function kinds() {
    const most = Math.max(1, ...last.kinds.map(kind => kind.count));
    replace($('kinds').tBodies[0], last.kinds.slice(0, 15).map(kind => {
      const row = el('tr');
      const count = el('td', 'n bar', number(kind.count));
      count.style.setProperty('--part', (100 * kind.count / most) + '%');
      row.append(count, el('td', 'code', kind.place || (kind.waitsFor ? '' : 'not suspended')),
        el('td', 'code', kind.waitsFor));
      row.onclick = () => choose(kind.example);
      return row;
    }));
  }

  function graph() {
    $('graphed').hidden = !waitGraph.draw(last, chosen, choose, $('graph'), $('folded'));
  }

  const marks = { blocked: 'blocks a worker', cycle: 'in a cycle', rival: 'awaits a future of another task', stuck: 'nothing wakes it' };

  function tasks() {
    const words = $('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = last.tasks.filter(task => {
      const text = ('#' + task.tid + ' ' + task.container + ' ' + task.state + ' ' + task.place + ' ' + task.waitsFor
        + ' ' + task.mark).toLowerCase();
      return words.every(word => text.includes(word));
    });
    $('shown').textContent = number(rows.length) + ' shown of ' + number(last.live)
      + (last.seen < last.live ? ', ' + number(last.seen) + ' looked at' : '');
    replace($('tasks').tBodies[0], rows.slice(0, 200).map(task => {
      const row = el('tr', (task.mark ? 'bad' : '') + (task.tid === chosen ? ' chosen' : ''));
      row.append(el('td', 'n', '#' + task.tid), el('td', '', task.container), el('td', '', marks[task.mark] || task.state),
        el('td', 'n', time(task.ageNanos)), el('td', 'n', number(task.polls)), el('td', 'n', time(task.idleNanos)),
        el('td', 'code', task.place), el('td', 'code', task.waitsFor));
      row.onclick = () => choose(task.tid);
      return row;
    }));
  }

  function figure(f) {
    const value = f.unit === 'NANOS' ? time(f.value) : f.unit === 'TASK' ? '#' + f.value
      : f.value >= Number.MAX_SAFE_INTEGER ? 'unbounded' : number(f.value);
    return (f.what ? f.what + ' ' : '') + value;
  }

  function branch(parts) {
    const list = el('ul');
    parts.forEach(part => {
      const item = el('li', '', part.name);
      const more = [...(part.figures || []).filter(f => f.unit !== 'TASK').map(figure), ...(part.notes || []), ...(part.detail ? [part.detail] : [])];
      if (more.length) item.append(el('small', '', '  ' + more.join(', ')));
      (part.figures || []).filter(f => f.unit === 'TASK').forEach(f => item.append(' ' + (f.what ? f.what + ' ' : ''), link(f.value)));
      if (part.parts) item.append(branch(part.parts));
      if (part.leftOut) item.append(el('small', '', ' … and ' + number(part.leftOut) + ' more'));
      list.append(item);
    });
    return list;
  }

  function tree() {
    const panel = $('tree');
    const task = last.tasks.find(each => each.tid === chosen);
    panel.hidden = chosen === null;
    if (chosen === null) return;
    const title = el('h3', '', 'Task #' + chosen);
    if (!task) {
      replace(panel, [title, el('p', 'empty', 'has ended, or is not among the tasks that are shown')]);
      return;
    }
    const facts = el('p', 'empty', [task.state, task.place && 'at ' + task.place].filter(Boolean).join(', '));
    if (task.parent) facts.append(', child of ', link(task.parent));
    const body = el('div', 'tree');
    body.append(task.waits ? branch(task.waits) : el('small', '', 'the tree is left out: the snapshot is full'));
    replace(panel, [title, facts, body]);
  }

  function choose(task) {
    chosen = chosen === task ? null : task;
    tasks();
    tree();
  }

  function show() {
    totals();
    diagnoses();
    pools();
    graph();
    channels();
    kinds();
    tasks();
    tree();
  }

  function receive(snapshot) {
    before = last;
    last = snapshot;
    record();
    if (!paused) show();
    $('status').className = 'live';
    $('status').textContent = paused ? 'paused' : 'live, every ' + time(snapshot.nextMillis * 1e6);
  }

  function theme(dark) {
    document.documentElement.classList.toggle('dark', dark);
    if (last) pools();
  }

  function connect() {
    const source = new EventSource('events');
    source.onmessage = event => receive(JSON.parse(event.data));
    source.onerror = () => {
      $('status').className = 'lost';
      $('status').textContent = 'no connection';
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
    };
  }

  const system = matchMedia('(prefers-color-scheme: dark)');
  system.onchange = () => theme(system.matches);
  theme(system.matches);
  $('theme').onclick = () => theme(!document.documentElement.classList.contains('dark'));
  $('pause').onclick = () => {
    paused = !paused;
    $('pause').textContent = paused ? 'Go on' : 'Pause';
    if (!paused && last) show();
  };
  $('filter').oninput = () => { if (last) tasks(); };
  connect();
})();
