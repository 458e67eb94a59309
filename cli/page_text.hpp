// The page of a report, without its contents: @MARKS@ are replaced.
#pragma once

namespace halfpixel::cli {

inline constexpr const char* kReportPage = R"page(<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>@TITLE@</title>
    <style>
      :root {
        color-scheme: light dark;
      }
      body {
        font:
          15px/1.45 system-ui,
          sans-serif;
        margin: 1.5rem auto;
        max-width: 72rem;
        padding: 0 1rem;
      }
      h1 {
        font-size: 1.4rem;
        margin: 0 0 0.3rem;
      }
      h2 {
        font-size: 1.05rem;
        margin: 1.6rem 0 0.4rem;
      }
      table {
        border-collapse: collapse;
        font-size: 13px;
      }
      td,
      th {
        padding: 0.25rem 0.6rem;
        border: 1px solid #8885;
        text-align: left;
      }
      td.n {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      code {
        font:
          13px ui-monospace,
          monospace;
        background: #8882;
        padding: 0.1rem 0.3rem;
        border-radius: 3px;
        overflow-wrap: anywhere;
      }
      button,
      select,
      input {
        font: inherit;
      }
      button.copy {
        font-size: 12px;
        margin-left: 0.4rem;
      }
      .row {
        display: flex;
        gap: 1rem;
        flex-wrap: wrap;
        align-items: flex-start;
      }
      .row > figure {
        margin: 0;
        flex: 1 1 18rem;
        min-width: 0;
      }
      figure img,
      canvas {
        max-width: 100%;
        image-rendering: pixelated;
        background: repeating-conic-gradient(#8883 0 25%, #0000 0 50%) 0 0/16px 16px;
      }
      figcaption {
        font-size: 13px;
        margin: 0.2rem 0;
      }
      .exact {
        color: #1a7f37;
        font-weight: 600;
      }
      #stack {
        position: relative;
        display: inline-block;
        line-height: 0;
        max-width: 100%;
        touch-action: none;
        cursor: ew-resize;
      }
      #stack img {
        width: 100%;
        display: block;
        image-rendering: pixelated;
      }
      #over {
        position: absolute;
        inset: 0;
        overflow: hidden;
        width: 50%;
        border-right: 2px solid #f60;
      }
      #over img {
        width: auto;
        max-width: none;
        height: 100%;
      }
    </style>
  </head>
  <body>
    <h1>@HEADING@</h1>
    <p>@SUMMARY@</p>
    @TABLE@
    <h2>One over the other</h2>
    <p>
      <select id="a"></select>
      left,
      <select id="b"></select>
      right; drag the line, or
      <input
        id="slider"
        type="range"
        min="0"
        max="100"
        value="50"
        aria-label="where the line is"
      />
    </p>
    <div id="stack">
      <img id="under" alt="" />
      <div id="over"><img id="top" alt="" /></div>
    </div>
    <h2>Where they differ most</h2>
    <p id="where"></p>
    <div class="row">
      <figure>
        <canvas id="za"></canvas>
        <figcaption id="ca"></figcaption>
      </figure>
      <figure>
        <canvas id="zb"></canvas>
        <figcaption id="cb"></figcaption>
      </figure>
      <figure>
        <canvas id="zd"></canvas>
        <figcaption>
          difference,
          <select id="gain">
            <option value="0">stretched</option>
            <option>1</option>
            <option>8</option>
            <option>64</option>
          </select>
          times
        </figcaption>
      </figure>
    </div>
    <h2>Difference of the whole</h2>
    <canvas id="diff"></canvas>
    <h2>All</h2>
    <div class="row" id="all"></div>
    <script>
      const pictures = [@PICTURES@];
      const $ = (id) => document.getElementById(id);
      const load = (p) =>
        new Promise((r) => {
          const i = new Image();
          i.onload = () => {
            p.img = i;
            const c = document.createElement("canvas");
            c.width = i.naturalWidth;
            c.height = i.naturalHeight;
            const x = c.getContext("2d", { willReadFrequently: true });
            x.drawImage(i, 0, 0);
            p.data = x.getImageData(0, 0, c.width, c.height);
            r();
          };
          i.src = p.src;
        });
      function slide(v) {
        $("over").style.width = v + "%";
        $("slider").value = v;
      }
      function zoom(canvas, p, x0, y0, w, h, pixels) {
        const s = Math.max(1, Math.floor(320 / Math.max(w, h)));
        canvas.width = w * s;
        canvas.height = h * s;
        const c = canvas.getContext("2d");
        c.imageSmoothingEnabled = false;
        if (pixels) {
          const t = document.createElement("canvas");
          t.width = pixels.width;
          t.height = pixels.height;
          t.getContext("2d").putImageData(pixels, 0, 0);
          c.drawImage(t, x0, y0, w, h, 0, 0, w * s, h * s);
        } else c.drawImage(p.img, x0, y0, w, h, 0, 0, w * s, h * s);
      }
      function show() {
        const a = pictures[$("a").value],
          b = pictures[$("b").value];
        $("top").src = a.src;
        $("under").src = b.src;
        $("top").style.width = $("stack").clientWidth + "px";
        const W = a.data.width,
          H = a.data.height,
          d = new ImageData(W, H);
        let most = 0,
          at = 0,
          count = 0,
          sum = 0;
        const raw = new Uint8Array(W * H);
        for (let i = 0; i < W * H; i++) {
          let m = 0;
          for (let c = 0; c < 4; c++) {
            const e = Math.abs(a.data.data[4 * i + c] - b.data.data[4 * i + c]);
            if (e > m) m = e;
          }
          raw[i] = m;
          if (m) {
            count++;
            sum += m;
          }
          if (m > most) {
            most = m;
            at = i;
          }
        }
        const gain = +$("gain").value || (most ? 255 / most : 1);
        for (let i = 0; i < W * H; i++) {
          const v = Math.min(255, raw[i] * gain);
          d.data.set([v, v * 0.55, v * 0.1, 255], 4 * i);
        }
        const big = Math.max(1, Math.min(4, Math.floor(640 / W)));
        $("stack").style.width = W * big + "px";
        $("diff").style.width = W * big + "px";
        $("top").style.width = $("stack").clientWidth + "px";
        $("diff").width = W;
        $("diff").height = H;
        $("diff").getContext("2d").putImageData(d, 0, 0);
        const w = Math.min(32, W),
          h = Math.min(32, H),
          x0 = Math.max(0, Math.min(W - w, ((at % W) - w / 2) | 0)),
          y0 = Math.max(0, Math.min(H - h, (((at / W) | 0) - h / 2) | 0));
        $("where").textContent = most
          ? `Largest difference ${most} of 255 at row ${(at / W) | 0}, column ${at % W} of ` +
            `what is shown; ${count} of ${W * H} pixels differ, by ${(sum / (W * H)).toFixed(3)} ` +
            `on the average. Shown: ${w} x ${h} pixels around it.`
          : "The two are the same in every pixel shown.";
        zoom($("za"), a, x0, y0, w, h);
        zoom($("zb"), b, x0, y0, w, h);
        zoom($("zd"), null, x0, y0, w, h, d);
        $("ca").textContent = a.name;
        $("cb").textContent = b.name;
      }
      async function start() {
        await Promise.all(pictures.map(load));
        pictures.forEach((p, i) => {
          for (const s of ["a", "b"]) {
            const o = document.createElement("option");
            o.value = i;
            o.textContent = p.name;
            $(s).append(o);
          }
          const f = document.createElement("figure"),
            m = document.createElement("img"),
            c = document.createElement("figcaption");
          m.src = p.src;
          m.alt = p.name;
          const n = document.createElement("b");
          n.textContent = p.name;
          c.append(n);
          if (p.note) {
            const t = document.createElement("span");
            t.textContent = " " + p.note;
            if (p.note === "exact") t.className = "exact";
            c.append(t);
          }
          if (p.command) {
            const k = document.createElement("code"),
              u = document.createElement("button");
            k.textContent = p.command;
            u.textContent = "copy";
            u.className = "copy";
            u.onclick = () => {
              (navigator.clipboard
                ? navigator.clipboard.writeText(p.command)
                : Promise.reject()
              ).then(
                () => (u.textContent = "copied"),
                () => {
                  const r = document.createRange();
                  r.selectNodeContents(k);
                  const s = getSelection();
                  s.removeAllRanges();
                  s.addRange(r);
                  u.textContent = "selected";
                },
              );
            };
            c.append(document.createElement("br"), k, u);
          }
          f.append(m, c);
          $("all").append(f);
        });
        $("a").value = 0;
        $("b").value = pictures.length > 1 ? 1 : 0;
        for (const id of ["a", "b", "gain"]) $(id).onchange = show;
        $("slider").oninput = (e) => slide(e.target.value);
        const move = (e) => {
          if (e.buttons) {
            const r = $("stack").getBoundingClientRect();
            slide(Math.max(0, Math.min(100, (100 * (e.clientX - r.left)) / r.width)));
          }
        };
        $("stack").onpointerdown = (e) => {
          $("stack").setPointerCapture(e.pointerId);
          move(e);
        };
        $("stack").onpointermove = move;
        addEventListener(
          "resize",
          () => ($("top").style.width = $("stack").clientWidth + "px"),
        );
        show();
        document.body.dataset.ready = "yes";
      }
      start();
    </script>
  </body>
</html>
)page";

}  // namespace halfpixel::cli
