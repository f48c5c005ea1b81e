// The part itself, in WebGL2: turned by mouse, finger and keys, measured along its box.
// It draws when something has changed, and only
// then. The server's still is taken from the same place, in the same light.
import { Lines } from "./lines.js";

const TURN = 0.56, TILT = 0.56, LENS = 3.2, STEP = 0.12, STEEPEST = 1.55;
const VERTEX = `#version 300 es
in vec3 p; uniform mat3 turned; uniform vec3 centre, depth; uniform vec2 lens; out vec3 q;
void main() {
  q = turned * (p - centre);
  float w = depth.x - q.z, n = depth.y, f = depth.z;
  gl_Position = vec4(q.xy * lens, (w * (f + n) - 2. * f * n) / (f - n), w);
}`;
const FRAGMENT = `#version 300 es
precision highp float; in vec3 q; uniform vec3 colour; out vec4 o;
void main() {
  vec3 n = normalize(cross(dFdx(q), dFdy(q)));
  n *= n.z < 0. ? -1. : 1.;
  o = vec4(colour * (.82 + .22 * max(dot(n, normalize(vec3(-.35, .55, .75))), 0.) + .12 * n.y), 1.);
}`;

/**
 * Show triangles in `box`, an element of the page. `positions` are nine numbers a triangle,
 * `mm` the size that its lines say, or null. `lost` is called when the graphics card has let
 * go. Throws where WebGL2 is missing. Gives back {measure(mm), reset(), release()}.
 */
export const view = (box, positions, mm, lost) => new View(box, positions, mm, lost);

class View {
  #turn = TURN; #tilt = TILT; #zoom = 1; #fit = 4; #rows; #width = 1; #height = 1;
  #frame = 0; #moves = 0; #ends = new AbortController(); #still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(box, positions, mm, lost) {
    this.canvas = document.createElement("canvas");
    this.gl = this.canvas.getContext("webgl2", { antialias: true });
    if (!this.gl) throw Error("no WebGL2");
    const [low, high] = bounds(positions);
    this.half = high.map((v, i) => (v - low[i]) / 2);
    this.radius = Math.hypot(...this.half) || 1;
    this.corners = positions.length / 3;
    this.at = compile(this.gl, positions);
    this.gl.uniform3fv(this.at("centre"), low.map((v, i) => v + this.half[i]));
    this.lines = new Lines(box, this.canvas, this.half, this.radius * 0.13);
    this.lines.mm = mm;
    this.#listen(box, lost);
    this.sizes = new ResizeObserver(() => this.#resize(box));
    this.sizes.observe(box);
    this.#resize(box);
  }

  measure(mm) {
    this.lines.mm = mm;
    this.#soon();
  }

  reset() {
    const turn = Math.atan2(Math.sin(this.#turn - TURN), Math.cos(this.#turn - TURN)), tilt = this.#tilt - TILT, zoom = Math.log(this.#zoom);
    const mine = ++this.#moves, began = performance.now();
    const step = () => {
      if (mine !== this.#moves) return;
      const left = this.#still.matches ? 0 : Math.max(0, 1 - (performance.now() - began) / 200) ** 3;
      [this.#turn, this.#tilt, this.#zoom] = [TURN + turn * left, TILT + tilt * left, Math.exp(zoom * left)];
      this.#draw();
      if (left) requestAnimationFrame(step);
      else this.#moves = 0;
    };
    step();
  }

  release() {
    this.#moves = -1;
    this.#ends.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.#frame);
    this.lines.remove();
    this.canvas.remove();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  #project = (point) => {
    const [x, y, z] = this.#rows.map((row) => row[0] * point[0] + row[1] * point[1] + row[2] * point[2]);
    const k = this.#lens / 2 / (this.#fit * this.#zoom * this.radius - z);
    return [this.#width / 2 + x * k, this.#height / 2 - y * k];
  };

  get #lens() { return LENS * Math.min(this.#width, this.#height * 1.25); }

  #aim() {
    const a = Math.cos(this.#turn), b = Math.sin(this.#turn), c = Math.cos(this.#tilt), d = Math.sin(this.#tilt);
    this.#rows = [[a, b, 0], [-d * b, d * a, c], [c * b, -c * a, d]];
  }

  // As near as its box and lines may come and stay in sight, however far it is turned around.
  #nearest() {
    const kept = [this.#turn, this.#tilt], reach = this.half.map((v) => v + this.radius * 0.13);
    this.#tilt = TILT;
    for (let round = 0; round < 6; round++) {
      let most = 0;
      for (this.#turn = TURN; this.#turn < TURN + 3.1; this.#turn += 0.26) {
        this.#aim();
        for (let n = 0; n < 8; n++) {
          const [x, y] = this.#project(reach.map((v, i) => (n >> i & 1 ? v : -v)));
          most = Math.max(most, Math.abs(x / this.#width - 0.5) / 0.46, Math.abs(y / this.#height - 0.5) / 0.45);
        }
      }
      this.#fit = Math.max(1.3, this.#fit * most);
    }
    [this.#turn, this.#tilt] = kept;
  }

  #resize(box) {
    const sharp = Math.min(devicePixelRatio || 1, 2);
    [this.#width, this.#height] = [box.clientWidth || 1, box.clientHeight || 1];
    [this.canvas.width, this.canvas.height] = [this.#width * sharp, this.#height * sharp];
    this.#nearest();
    this.#draw();
  }

  #soon() { this.#frame ||= requestAnimationFrame(() => this.#draw()); }

  #draw() {
    const { gl, at, radius, canvas } = this, far = this.#fit * this.#zoom * radius;
    this.#frame = 0;
    this.#aim();
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.uniformMatrix3fv(at("turned"), true, this.#rows.flat());
    gl.uniform3f(at("depth"), far, Math.max(far - radius * 1.02, radius / 100), far + radius * 1.02);
    gl.uniform2f(at("lens"), this.#lens / this.#width, this.#lens / this.#height);
    gl.uniform3fv(at("colour"), getComputedStyle(canvas).color.match(/[\d.]+/g).slice(0, 3).map((v) => v / 255));
    gl.drawArrays(gl.TRIANGLES, 0, this.corners);
    this.lines.draw(this.#project, this.#rows, this.#width, this.#height);
  }

  #turnBy(x, y) {
    this.#moves++;
    this.#turn -= x;
    this.#tilt = Math.min(STEEPEST, Math.max(-STEEPEST, this.#tilt + y));
    this.#soon();
  }

  #zoomBy(times) {
    this.#moves++;
    this.#zoom = Math.min(3, Math.max(0.2, this.#zoom * times));
    this.#soon();
  }

  // One finger turns, two pinch. Until the part has the focus a page scrolls past it: the
  // wheel stays the page's, and so do strokes up and down (touch-action, in the style).
  #listen(box, lost) {
    const on = (type, act, more) => box.addEventListener(type, act, { ...more, signal: this.#ends.signal });
    const down = new Map(), spread = () => { const [a, b] = [...down.values()]; return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1; };
    on("pointerdown", (event) => {
      down.set(event.pointerId, event);
      box.setPointerCapture(event.pointerId);
    });
    for (const type of ["pointerup", "pointercancel"]) on(type, (event) => down.delete(event.pointerId));
    on("pointermove", (event) => {
      const before = down.get(event.pointerId), was = down.size === 2 && spread();
      if (!before) return;
      down.set(event.pointerId, event);
      if (was) this.#zoomBy(was / spread());
      else if (down.size === 1) this.#turnBy((event.clientX - before.clientX) / 120, (event.clientY - before.clientY) / 120);
    });
    on("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== box) return;
      event.preventDefault();
      this.#zoomBy(Math.exp(event.deltaY / 900));
    }, { passive: false });
    on("keydown", (event) => {
      const act = KEYS[event.key];
      if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (act === "reset") this.reset();
      else if (act.length === 2) this.#turnBy(...act);
      else this.#zoomBy(act);
    });
    // The style fades the colour for a moment, so that a change of scheme is heard of.
    on("transitionend", () => this.#soon());
    on("webglcontextlost", () => lost?.(), { capture: true });
  }
}

const KEYS = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP], "+": 0.85, "=": 0.85, "-": 1 / 0.85, 0: "reset" };

function bounds(positions) {
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const v = positions[i], axis = i % 3;
    if (v < low[axis]) low[axis] = v;
    if (v > high[axis]) high[axis] = v;
  }
  return [low, high];
}

function compile(gl, positions) {
  const program = gl.createProgram(), found = {};
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, 0, "p");
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw Error(gl.getProgramInfoLog(program));
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, positions, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 0, 0);
  gl.enable(gl.DEPTH_TEST);
  return (name) => (found[name] ??= gl.getUniformLocation(program, name));
}
