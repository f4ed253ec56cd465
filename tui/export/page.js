"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const end = Math.max(data.seconds, 1e-6);
  const SIGN = { info: "·", low: "~", medium: "!", high: "‼" };
  const ROLE = { info: "dim", low: "info", medium: "warn", high: "bad" };
  const RANK = { info: 0, low: 1, medium: 2, high: 3 };
  const SHAPE = { open: "○", held: "◐", done: "●" };

  // Everything shown is text: nothing of the recording is ever read as markup.
  const make = (tag, text, cls) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  };
  const clock = (t) => {
    const s = Math.max(Math.floor(t), 0), two = (n) => String(n).padStart(2, "0");
    const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };
  const upto = (rows, time, t) => {  // how many of rows, which are in order, are not after t
    let a = 0, b = rows.length;
    while (a < b) { const m = (a + b) >> 1; if (time(rows[m]) <= t) a = m + 1; else b = m; }
    return a;
  };
  const hue = (place) => {
    const actor = data.actors[place];
    return actor && actor.hue ? css(`--agent-${actor.hue}`) : css("--dim");
  };

  let now = 0, from = 0, to = end, playing = false, speed = 1, chosen = null, kind = "";
  const per = data.actors.map(() => ({ turns: [], texts: [], marks: [], runs: [] }));
  data.turns.forEach((turn) => per[turn.who].turns.push(turn));
  data.texts.forEach((text) => per[text[0]].texts.push(text));
  data.marks.forEach((mark) => per[mark[2]].marks.push(mark));
  data.runs.forEach((run) => per[run.who].runs.push(run));
  const moments = [...new Set(data.marks.map((mark) => mark[1]).concat(data.turns.map((t) => t.began)))]
    .sort((a, b) => a - b);

  // The diagram: a ruler, then one lane per actor.
  const canvas = $("diagram"), pen = canvas.getContext("2d");
  const LEFT = 96, RULER = 22, LANE = 30, STRIP = 16;
  let width = 0, height = 0, frame = 0, hover = null;
  const x = (t) => LEFT + (t - from) / (to - from) * (width - LEFT - 8);
  const at = (px) => from + (px - LEFT) / (width - LEFT - 8) * (to - from);
  const y = (place) => RULER + STRIP + place * LANE + LANE / 2;
  const inside = (a, b) => b >= from && a <= to;

  function size() {
    height = RULER + STRIP + data.actors.length * LANE + 6;
    canvas.style.height = `${height}px`;
    width = canvas.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    ask();
  }

  function ruler() {
    const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];
    const step = steps.find((s) => s / (to - from) * (width - LEFT) > 64) || 86400;
    pen.fillStyle = css("--dim");
    pen.strokeStyle = css("--line");
    pen.font = "11px system-ui, sans-serif";
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      const px = Math.round(x(t)) + 0.5;
      pen.beginPath(); pen.moveTo(px, RULER - 6); pen.lineTo(px, height); pen.stroke();
      pen.fillText(step < 1 ? `${t.toFixed(1)}s` : clock(t), px + 3, RULER - 12);
    }
  }

  function mark([seq, t, who, shape], color) {
    const px = x(t), py = y(who);
    pen.fillStyle = pen.strokeStyle = color;
    pen.lineWidth = 1.5;
    pen.beginPath();
    switch (shape) {
      case "write": pen.fillRect(px - 3.5, py - 3.5, 7, 7); return;
      case "outside": pen.moveTo(px, py - 6); pen.lineTo(px + 6, py); pen.lineTo(px, py + 6);
        pen.lineTo(px - 6, py); pen.closePath(); pen.fill(); return;
      case "done": pen.arc(px, py, 4.5, 0, 7); pen.fill(); return;
      case "claim": pen.arc(px, py, 4, 0, 7); pen.stroke(); return;
      case "read": pen.moveTo(px, py - 4); pen.lineTo(px, py + 4); pen.stroke(); return;
      case "refused": case "fault": pen.moveTo(px - 4, py - 4); pen.lineTo(px + 4, py + 4);
        pen.moveTo(px + 4, py - 4); pen.lineTo(px - 4, py + 4); pen.stroke(); return;
      case "merge": pen.moveTo(px, py - 5); pen.lineTo(px + 5, py + 4); pen.lineTo(px - 5, py + 4);
        pen.closePath(); pen.fill(); return;
      default: pen.fillRect(px - 1, py - 5, 2, 10);
    }
  }

  function lanes() {
    pen.textAlign = "left";
    data.actors.forEach((actor, who) => {
      pen.globalAlpha = 1;
      const color = hue(who), lane = per[who];
      pen.strokeStyle = css("--line");
      pen.lineWidth = 1;
      pen.beginPath(); pen.moveTo(LEFT, y(who)); pen.lineTo(width - 8, y(who)); pen.stroke();
      lane.turns.forEach((turn) => {
        if (!inside(turn.began, turn.ended)) return;
        const a = x(turn.began), b = Math.max(x(turn.replied), a + 1), c = Math.max(x(turn.ended), b);
        pen.fillStyle = color;
        pen.globalAlpha = 0.28; pen.fillRect(a, y(who) - 8, b - a, 16);
        pen.globalAlpha = 0.5; pen.fillRect(b, y(who) - 8, c - b, 16);
      });
      lane.runs.forEach((run) => {
        if (!inside(run.began, run.ended)) return;
        pen.globalAlpha = 0.9;
        pen.fillStyle = css(run.failed > 0 ? "--bad" : run.failed ? "--dim" : "--ok");
        pen.fillRect(x(run.began), y(who) + 9, Math.max(x(run.ended) - x(run.began), 2), 3);
      });
    });
    pen.globalAlpha = 0.75;
    pen.lineWidth = 1;
    data.arrows.forEach(([a, t, b, u]) => {
      if (!inside(t, u)) return;
      pen.strokeStyle = pen.fillStyle = hue(a);
      const x1 = x(t), y1 = y(a), x2 = x(u), y2 = y(b), turn = Math.atan2(y2 - y1, x2 - x1);
      pen.beginPath(); pen.moveTo(x1, y1); pen.lineTo(x2, y2); pen.stroke();
      pen.beginPath(); pen.moveTo(x2, y2);
      pen.lineTo(x2 - 7 * Math.cos(turn - 0.4), y2 - 7 * Math.sin(turn - 0.4));
      pen.lineTo(x2 - 7 * Math.cos(turn + 0.4), y2 - 7 * Math.sin(turn + 0.4));
      pen.fill();
    });
    pen.globalAlpha = 1;
    data.marks.forEach((m) => {
      if (!inside(m[1], m[1])) return;
      mark(m, m[3] === "refused" || m[3] === "fault" ? css("--bad") : hue(m[2]));
    });
  }

  function findings() {
    data.findings.forEach((finding) => {
      if (kind && finding.kind !== kind || !inside(finding.t, finding.t)) return;
      if (finding.severity === "info" && finding !== chosen) return;
      const px = x(finding.t);
      pen.fillStyle = css(`--${ROLE[finding.severity]}`);
      pen.beginPath(); pen.moveTo(px - 4, RULER + 2); pen.lineTo(px + 4, RULER + 2);
      pen.lineTo(px, RULER + 11); pen.closePath(); pen.fill();
    });
    if (!chosen) return;
    pen.strokeStyle = css(`--${ROLE[chosen.severity]}`);
    pen.lineWidth = 2;
    pen.setLineDash([4, 3]);
    pen.beginPath();
    const marks = new Map(data.marks.map((m) => [m[0], m]));
    chosen.steps.map((step) => marks.get(step[0])).filter(Boolean).forEach((m, i) => {
      if (i) pen.lineTo(x(m[1]), y(m[2])); else pen.moveTo(x(m[1]), y(m[2]));
    });
    pen.stroke();
    pen.setLineDash([]);
    chosen.steps.forEach(([seq]) => {
      const m = marks.get(seq);
      if (m) { pen.beginPath(); pen.arc(x(m[1]), y(m[2]), 9, 0, 7); pen.stroke(); }
    });
  }

  function draw() {
    frame = 0;
    pen.clearRect(0, 0, width, height);
    ruler();
    pen.save();
    pen.beginPath(); pen.rect(LEFT - 4, 0, width, height); pen.clip();
    lanes();
    findings();
    pen.fillStyle = css("--back");
    pen.globalAlpha = 0.45;
    if (x(now) < width) pen.fillRect(x(now), RULER, width - x(now), height);
    pen.globalAlpha = 1;
    pen.strokeStyle = css("--accent");
    pen.lineWidth = 2;
    pen.beginPath(); pen.moveTo(x(now), 4); pen.lineTo(x(now), height); pen.stroke();
    pen.restore();
    pen.font = "12px system-ui, sans-serif";
    data.actors.forEach((actor, who) => {
      pen.fillStyle = hue(who);
      pen.fillText(actor.called.slice(0, 14), 2, y(who));
    });
    if (hover) tip(hover);
  }
  const ask = () => { if (!frame) frame = requestAnimationFrame(draw); };

  function tip(m) {
    pen.font = "12px system-ui, sans-serif";
    const words = `${clock(m[1])}  ${m[4]}`.slice(0, 110), wide = pen.measureText(words).width + 12;
    const px = Math.min(Math.max(x(m[1]) - wide / 2, 4), width - wide - 4);
    const py = y(m[2]) > height - 40 ? y(m[2]) - 32 : y(m[2]) + 12;
    pen.fillStyle = css("--panel"); pen.fillRect(px, py, wide, 20);
    pen.strokeStyle = css("--line"); pen.lineWidth = 1; pen.strokeRect(px, py, wide, 20);
    pen.fillStyle = css("--text"); pen.fillText(words, px + 6, py + 10);
  }

  // What is the case at a moment.
  const panes = data.actors.map((actor, who) => {
    if (!actor.hue) return null;
    const pane = make("article", undefined, "pane"), head = make("div", undefined, "head");
    const name = make("span", actor.name), doing = make("span"), said = make("pre"), last = make("p", "", "last");
    const inner = make("span");
    name.style.color = `var(--agent-${actor.hue})`;
    said.append(inner);
    head.append(name, doing);
    pane.append(head, said, last);
    $("panes").append(pane);
    return { doing, inner, last };
  });

  function tell() {
    data.actors.forEach((actor, who) => {
      const pane = panes[who];
      if (!pane) return;
      const lane = per[who];
      const turn = lane.turns[upto(lane.turns, (r) => r.began, now) - 1];
      const run = lane.runs[upto(lane.runs, (r) => r.began, now) - 1];
      let doing = "waiting", said = "";
      if (turn) {
        const a = upto(lane.texts, (r) => r[1], turn.began), b = upto(lane.texts, (r) => r[1], now);
        said = lane.texts.slice(a, b).map((r) => r[2]).join("");
        if (run && run.began >= turn.began && now < run.ended) doing = "testing";
        else if (now < turn.replied) doing = said ? "streaming" : "thinking";
        else if (now < turn.ended) doing = "acting";
        doing += ` · turn ${turn.number}`;
      }
      pane.doing.textContent = doing;
      pane.inner.textContent = said.slice(-1500);
      const mark = lane.marks[upto(lane.marks, (r) => r[1], now) - 1];
      pane.last.textContent = mark ? `${clock(mark[1])} ${mark[4]}` : "";
    });
    let done = 0;
    $("tasks").replaceChildren(...data.tasks.map((task) => {
      const change = task.changes[upto(task.changes, (r) => r[0], now) - 1];
      const status = change ? change[1] : "open";
      done += status === "done";
      const row = make("li", undefined, status === "done" ? "dim" : "");
      row.append(make("span", SHAPE[status], status === "done" ? "ok" : ""), make("span", task.title || task.id),
        make("span", change ? change[2] : "", "who dim"));
      row.title = task.needs.length ? `${task.id}, needs ${task.needs.join(", ")}` : task.id;
      return row;
    }));
    $("done").textContent = `${done}/${data.tasks.length}`;
    for (const item of $("list").children) item.classList.toggle("later", Number(item.dataset.t) > now);
    $("scrub").value = now / end;
    $("clock").textContent = `${clock(now)} of ${clock(end)}`;
  }

  function go(t, show) {
    now = Math.min(Math.max(t, 0), end);
    if (show && (now < from || now > to)) {
      const half = (to - from) / 2;
      span(now - half, now + half);
    }
    tell();
    ask();
  }
  function span(a, b) {
    const wide = Math.min(Math.max(b - a, 0.05), end);
    from = Math.min(Math.max(a, 0), end - wide);
    to = from + wide;
    ask();
  }

  // Findings.
  const shown = () => data.findings.filter((f) => !kind || f.kind === kind);
  function list() {
    const found = shown().slice().sort((a, b) => RANK[b.severity] - RANK[a.severity] || a.t - b.t);
    $("count").textContent = found.length;
    $("list").replaceChildren(...found.slice(0, 1000).map((finding) => {
      const row = make("li"), button = make("button");
      row.dataset.t = finding.t;
      button.type = "button";
      button.dataset.id = finding.id;
      button.setAttribute("aria-current", finding === chosen);
      const sure = finding.verdict === "unknown" ? "?" : "";
      button.append(make("span", SIGN[finding.severity] + sure, ROLE[finding.severity]), make("span", finding.kind),
        make("span", clock(finding.t), "dim"), make("span", [finding.about.join(", "), finding.agents.join(" × ")]
          .filter(Boolean).join("  "), "what"));
      button.addEventListener("click", () => open(finding));
      row.append(button);
      return row;
    }));
    if (!found.length) $("list").append(make("li", "None.", "dim"));
  }

  function open(finding) {
    chosen = finding;
    const box = $("detail");
    box.replaceChildren();
    for (const button of $("list").querySelectorAll("button")) {
      const current = !!finding && button.dataset.id === finding.id;
      button.setAttribute("aria-current", current);
      if (current) button.scrollIntoView({ block: "nearest" });
    }
    if (!finding) {
      box.append(make("h2", "Goal"), make("p", data.goal, "code"),
        make("p", "Choose a finding to see its evidence.", "dim"));
      return ask();
    }
    const title = make("h3");
    title.append(make("span", `${SIGN[finding.severity]} `, ROLE[finding.severity]), finding.kind,
      make("span", ` · ${finding.severity}, ${finding.verdict} at ${clock(finding.t)}`, "dim"));
    const steps = make("ol");
    finding.steps.forEach(([seq, t, who, reason]) => {
      const step = make("li"), jump = make("button", clock(t));
      jump.type = "button";
      jump.addEventListener("click", () => go(t, true));
      step.append(jump, make("span", `#${seq} `, "dim"), make("span", reason));
      const lines = data.differences[seq];
      if (lines && lines.length) {
        const code = make("div", undefined, "code");
        lines.forEach((line) => code.append(make("div", line || " ", line.startsWith("@@") ? "at"
          : line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : "")));
        step.append(code);
      }
      steps.append(step);
    });
    box.append(title, make("p", finding.summary), make("p", `${finding.why} (${finding.sure})`, "dim"),
      make("h2", "What happened"), steps, make("h2", "What prevents it"), make("p", finding.next));
    const times = finding.steps.map((step) => step[1]).concat(finding.t);
    const a = Math.min(...times), b = Math.max(...times);
    if (a < from || b > to) span(a - (b - a) / 2 - 1, b + (b - a) / 2 + 1);
    go(finding.t, true);
  }
  function other(by) {
    const found = shown().slice().sort((a, b) => a.t - b.t || a.seq - b.seq);
    if (!found.length) return;
    const place = found.indexOf(chosen);
    if (place >= 0) return open(found[Math.min(Math.max(place + by, 0), found.length - 1)]);
    const next = upto(found, (f) => f.t, now);
    open(found[Math.min(Math.max(by > 0 ? next : next - 1, 0), found.length - 1)]);
  }
  function step(by) {
    const place = upto(moments, (t) => t, now);
    if (by > 0) go(place < moments.length ? moments[place] : end, true);
    else go(moments[upto(moments, (t) => t, now - 1e-9) - 1 - (moments.includes(now) ? 0 : 0)] || 0, true);
  }

  // Playing.
  let before = 0;
  function tick(time) {
    if (!playing) return;
    go(now + (time - before) / 1000 * speed, true);
    before = time;
    if (now >= end) return play(false);
    requestAnimationFrame(tick);
  }
  function play(on) {
    playing = on;
    $("play").textContent = on ? "‖" : "▶";
    if (!on) return;
    if (now >= end) go(0, true);
    before = performance.now();
    requestAnimationFrame(tick);
  }

  // Hands.
  const nearest = (px, py) => {
    let best = null, far = 12;
    data.marks.forEach((m) => {
      const d = Math.hypot(x(m[1]) - px, y(m[2]) - py);
      if (d < far) { far = d; best = m; }
    });
    return best;
  };
  let hold = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    hold = { x: event.offsetX, from, to, ruler: event.offsetY < RULER + STRIP, moved: false };
    if (hold.ruler) { play(false); go(at(event.offsetX)); }
  });
  canvas.addEventListener("pointermove", (event) => {
    if (hold && hold.ruler) return go(at(event.offsetX));
    if (hold) {
      const by = (event.offsetX - hold.x) / (width - LEFT - 8) * (hold.to - hold.from);
      hold.moved = hold.moved || Math.abs(event.offsetX - hold.x) > 3;
      if (hold.moved) span(hold.from - by, hold.to - by);
      return;
    }
    const found = nearest(event.offsetX, event.offsetY);
    if (found !== hover) { hover = found; ask(); }
  });
  canvas.addEventListener("pointerup", (event) => {
    if (hold && !hold.moved && !hold.ruler) {
      const found = nearest(event.offsetX, event.offsetY);
      go(found ? found[1] : at(event.offsetX));
      const finding = found && shown().find((f) => f.steps.some((s) => s[0] === found[0]));
      if (finding) open(finding);
    }
    hold = null;
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const middle = at(event.offsetX);
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const by = event.deltaX / width * (to - from);
      return span(from + by, to + by);
    }
    const factor = Math.exp(event.deltaY / 400);
    span(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }, { passive: false });
  $("scrub").addEventListener("input", (event) => { play(false); go(event.target.value * end, true); });
  $("play").addEventListener("click", () => play(!playing));
  $("whole").addEventListener("click", () => span(0, end));
  $("speed").addEventListener("change", (event) => { speed = Number(event.target.value); });
  $("kind").addEventListener("change", (event) => { kind = event.target.value; list(); tell(); ask(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(SELECT|INPUT)$/.test(event.target.tagName)) return;
    const keys = {
      " ": () => play(!playing), ArrowRight: () => step(1), ArrowLeft: () => step(-1), "]": () => other(1),
      "[": () => other(-1), "0": () => span(0, end), Home: () => go(0, true), End: () => go(end, true),
      Escape: () => open(null), "+": () => span(now - (to - from) / 4, now + (to - from) / 4),
      "-": () => span(from - (to - from) / 2, to + (to - from) / 2),
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  window.addEventListener("resize", size);
  window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", ask);

  // What does not change.
  const s = data.summary;
  $("title").textContent = data.title;
  const outcome = s.success ? "success" : data.reason;
  $("about").append(make("span", outcome, s.success ? "ok" : "bad"));
  if (data.simulated) $("about").append(" · ", make("span", "simulated models", "warn"));
  $("about").append(
    ` · session ${data.session} · ${data.began}${data.problem ? ` · readable up to ${data.problem}` : ""}`);
  const figures = {
    tasks: `${s.tasks_done}/${s.tasks}`, time: clock(s.seconds), rounds: s.rounds,
    tests: `${s.tests_passed} passed, ${s.tests_failed} failed`,
    tokens: `${s.tokens_in.toLocaleString("en")} in, ${s.tokens_out.toLocaleString("en")} out`,
    cost: s.cost_usd === null ? "unknown" : `$${s.cost_usd.toFixed(2)}`,
    idle: `${Math.round(s.idle.share * 100)}%`, findings: data.findings.length,
  };
  for (const [name, figure] of Object.entries(figures)) {
    const pair = make("div");
    pair.append(make("dt", name), make("dd", String(figure)));
    $("figures").append(pair);
  }
  $("legend").textContent = "pale: the model works · strong: actions · ■ write ◆ outside ○ claim ● done × refused ▲ merge " +
    "| read · line below: test run · → message · ▾ finding";
  const kinds = [...new Set(data.findings.map((f) => f.kind))].sort();
  $("kind").append(new Option("all", ""), ...kinds.map((name) => new Option(name, name)));
  list();
  open(null);
  size();
  go(end);
})();
