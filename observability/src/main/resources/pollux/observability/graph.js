'use strict';
/*
 * Which task waits for which: an edge from a task to the task that it joins, to the lock or semaphore that it waits for,
 * and from there to its holders, and to a channel with a name. Made from the await trees of a snapshot.
 *
 * Tasks at one place that wait for the same, and for which the same waits, are one node. At most 60 nodes are drawn: first
 * the parts with a cycle, then those with another fault, then the largest. What is left out is counted.
 *
 * Every text goes through textContent, as in console.js.
 */
const waitGraph = (() => {
  const MOST = 60, WIDTH = 250, HEIGHT = 40, ACROSS = 64, BETWEEN = 10, TURN = 14;
  const LETTERS = 34;
  const NS = document.querySelector('#graph svg').namespaceURI;

  // ---------------------------------------------------------------- what waits for what

  function read(tasks) {
    const nodes = new Map(), edges = new Map(), held = new Map();

    function node(key, label, more) {
      if (!nodes.has(key)) nodes.set(key, { key, label, sub: '', mark: '', count: 1, out: [], in: [], ...more });
      return nodes.get(key);
    }
    const byId = new Map(tasks.map(task => [task.tid, task]));
    function taskNode(id) {
      const task = byId.get(id);
      return node('t' + id, '#' + id, { task: id, sub: task ? task.place || task.state : 'not looked at', mark: task ? task.mark : '' });
    }
    function edge(from, to) {
      const key = from.key + '\n' + to.key;
      if (edges.has(key)) return;
      edges.set(key, { from, to });
      from.out.push(to);
      to.in.push(from);
    }
    const joined = part => (part.figures || []).filter(f => f.unit === 'TASK' && f.what === '').map(f => f.value);

    function walk(task, part) {
      const holders = (part.parts || []).filter(each => each.name.startsWith('held since '));
      const channel = / of channel ([^]*)$/.exec(part.name);
      if (holders.length) {
        // two locks of one name have different holders; those of a semaphore change while its waiters are looked at
        const ids = holders.flatMap(joined), name = part.name.replace(/\.\w+\(.*\)$/, '');
        const resource = node('r' + name + (name.startsWith('AsyncMutex ') ? ids : ''), name, { resource: true });
        resource.sub = holders.length === 1 ? holders[0].name.replace(/, by$/, '') : holders.length + ' holders';
        edge(taskNode(task), resource);
        held.set(resource, ids);
      } else if (channel) {
        edge(taskNode(task), node('c' + channel[1], 'channel ' + channel[1], { resource: true }));
      }
      joined(part).forEach(id => edge(taskNode(task), taskNode(id)));
      (part.parts || []).filter(each => !holders.includes(each)).forEach(each => walk(task, each));
    }
    tasks.forEach(task => (task.waits || []).forEach(part => walk(task.tid, part)));
    held.forEach((ids, resource) => ids.forEach(id => edge(resource, taskNode(id))));
    return { nodes: [...nodes.values()], edges: [...edges.values()] };
  }

  function fold(graph, chosen) {
    const alike = new Map(), gone = new Set();
    graph.nodes.forEach(node => {
      if (!node.task || node.mark || node.task === chosen) return;
      const key = [node.sub, ...node.out.map(to => to.key).sort(), '', ...node.in.map(from => from.key).sort()].join('\n');
      const first = alike.get(key);
      if (!first) {
        alike.set(key, node);
        return;
      }
      first.count++;
      first.label = first.count + ' tasks';
      gone.add(node);
    });
    const left = node => !gone.has(node);
    graph.nodes.forEach(node => Object.assign(node, { in: node.in.filter(left), out: node.out.filter(left) }));
    return { nodes: graph.nodes.filter(left), edges: graph.edges.filter(each => left(each.from) && left(each.to)) };
  }

  // the connected parts, the worst first
  function components(graph) {
    const seen = new Set(), found = [];
    graph.nodes.forEach(start => {
      if (seen.has(start)) return;
      const part = [start];
      seen.add(start);
      for (let i = 0; i < part.length; i++) {
        [...part[i].out, ...part[i].in].forEach(next => {
          if (!seen.has(next)) { seen.add(next); part.push(next); }
        });
      }
      found.push(part);
    });
    const rank = part => part.some(node => node.mark === 'cycle') ? 0 : part.some(node => node.mark) ? 1 : 2;
    return found.sort((a, b) => rank(a) - rank(b) || b.length - a.length);
  }

  // as many nodes as are drawn: whole parts, and of one that is too large what is nearest to its faults
  function bounded(graph) {
    const kept = [];
    components(graph).forEach(part => {
      if (part.length > MOST - kept.length) {
        const near = part.filter(node => node.mark), seen = new Set(near);
        for (let i = 0; i < near.length; i++) {
          [...near[i].out, ...near[i].in].forEach(next => { if (!seen.has(next)) { seen.add(next); near.push(next); } });
        }
        part = [...near, ...part.filter(node => !seen.has(node))];
      }
      kept.push(...part.slice(0, MOST - kept.length));
    });
    const drawn = new Set(kept);
    return {
      parts: components({ nodes: kept.map(node => Object.assign(node, {
        out: node.out.filter(to => drawn.has(to)), in: node.in.filter(from => drawn.has(from)) })) }),
      edges: graph.edges.filter(each => drawn.has(each.from) && drawn.has(each.to)),
      leftOut: graph.nodes.filter(node => !drawn.has(node)).reduce((sum, node) => sum + node.count, 0),
    };
  }

  // ---------------------------------------------------------------- where it is drawn

  // columns from left to right, who waits before what is waited for; an edge that closes a cycle goes back
  function place(part, top) {
    const depth = new Map(), open = new Set();
    function visit(node) {
      if (depth.has(node)) return depth.get(node);
      open.add(node);
      let deepest = -1;
      node.out.forEach(to => { if (!open.has(to)) deepest = Math.max(deepest, visit(to)); });
      open.delete(node);
      depth.set(node, deepest + 1);
      return deepest + 1;
    }
    const first = node => node.in.length ? node.resource ? 2 : 1 : 0;
    [...part].sort((a, b) => first(a) - first(b) || (a.task || 0) - (b.task || 0)).forEach(visit);
    const last = Math.max(...depth.values());
    const columns = [];
    part.forEach(node => (columns[last - depth.get(node)] ||= []).push(node));
    let rows = 0;
    for (let c = last; c >= 0; c--) {
      const column = columns[c] || [];
      const mean = node => {
        const ahead = node.out.filter(to => to.row !== undefined);
        return ahead.length ? ahead.reduce((sum, to) => sum + to.row, 0) / ahead.length : 0;
      };
      column.map(node => [mean(node), node]).sort((a, b) => a[0] - b[0]).forEach(([, node], row) => {
        node.row = row;
        node.x = TURN * 2 + c * (WIDTH + ACROSS);
        node.y = top + row * (HEIGHT + BETWEEN);
        rows = Math.max(rows, row + 1);
      });
    }
    return { bottom: top + rows * (HEIGHT + BETWEEN) - BETWEEN, right: TURN * 2 + (last + 1) * (WIDTH + ACROSS) - ACROSS };
  }

  function svg(tag, attributes, text) {
    const made = document.createElementNS(NS, tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function arrow(id) {
    const marker = svg('marker', { id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 9, markerHeight: 9,
      markerUnits: 'userSpaceOnUse', orient: 'auto' });
    marker.append(svg('path', { d: 'M0,0 L8,4 L0,8 z' }));
    return marker;
  }

  // the end of a place has the line in it
  const cut = text => text.length <= LETTERS ? text : text.slice(0, LETTERS - 20) + '…' + text.slice(-19);

  // "held since a.b.Type.method(File.java:7)" is "method(File.java:7)"
  const short = text => cut(text.split('\n')[0].replace(/^(?:held since )?(?:[\w$]+\.)+(?=[\w$<>]+\()/, ''));

  function box(node, choose) {
    const group = svg('g', { class: ['node', node.resource ? 'resource' : 'task', node.mark].join(' ').trim(),
      transform: `translate(${node.x},${node.y})` });
    group.append(svg('title', {}, [node.label, node.sub].filter(Boolean).join('\n')),
      svg('rect', { width: WIDTH, height: HEIGHT, rx: node.resource ? HEIGHT / 2 : 6 }),
      svg('text', { x: 14, y: node.sub ? 17 : 25, class: 'label' }, cut(node.label)));
    if (node.sub) group.append(svg('text', { x: 14, y: 32 }, short(node.sub)));
    if (node.task) {
      group.setAttribute('tabindex', 0);
      group.setAttribute('role', 'button');
      group.onclick = () => choose(node.task);
      group.onkeydown = event => { if (event.key === 'Enter') choose(node.task); };
    }
    return group;
  }

  // a lock is part of a cycle if a task of a cycle holds it and another one waits for it
  function markLocks(nodes) {
    const cycle = node => node.mark === 'cycle';
    nodes.filter(node => node.resource && node.in.some(cycle) && node.out.some(cycle)).forEach(node => { node.mark = 'cycle'; });
  }

  let drawn = '';

  /** Draws the graph of a snapshot into an element, and what is left out into another; returns whether there is one. */
  function draw(snapshot, chosen, choose, target, note) {
    const graph = fold(read(snapshot.tasks), chosen);
    const { parts, edges, leftOut } = bounded(graph);
    note.textContent = leftOut ? leftOut.toLocaleString('en') + ' more tasks and locks are left out' : '';
    const now = JSON.stringify([parts.map(part => part.map(node => [node.key, node.label, node.sub, node.mark])), leftOut]);
    if (now === drawn) return parts.length > 0;
    drawn = now;
    markLocks(parts.flat());
    const picture = svg('svg', { role: 'group', 'aria-label': 'tasks that wait for each other' });
    const defs = svg('defs', {}), lines = svg('g', {}), boxes = svg('g', {});
    defs.append(arrow('arrow'), arrow('arrow-cycle'));
    picture.append(defs, lines, boxes);
    let top = 4, width = 0;
    parts.forEach(part => {
      const { bottom, right } = place(part, top);
      const members = new Set(part);
      let turn = bottom;
      edges.filter(each => members.has(each.from)).forEach(({ from, to }) => {
        const cycle = from.mark === 'cycle' && to.mark === 'cycle' ? '-cycle' : '';
        const x1 = from.x + WIDTH, y1 = from.y + HEIGHT / 2, x2 = to.x, y2 = to.y + HEIGHT / 2;
        let d = `M${x1},${y1} C${x1 + ACROSS / 2},${y1} ${x2 - ACROSS / 2},${y2} ${x2},${y2}`;
        if (to.x <= from.x) {
          turn += TURN;
          d = `M${x1},${y1} C${x1 + TURN * 2},${y1} ${x1 + TURN * 2},${turn} ${x1},${turn} L${x2},${turn}`
            + ` C${x2 - TURN * 2},${turn} ${x2 - TURN * 2},${y2} ${x2},${y2}`;
        }
        lines.append(svg('path', { d, class: 'edge' + (cycle ? ' cycle' : ''), 'marker-end': `url(#arrow${cycle})` }));
      });
      part.forEach(node => boxes.append(box(node, choose)));
      top = turn + TURN + HEIGHT / 2;
      width = Math.max(width, right + TURN * 2 + 2);
    });
    picture.setAttribute('width', width);
    picture.setAttribute('height', top);
    target.replaceChildren(picture);
    return parts.length > 0;
  }

  return { draw };
})();
