// Chance that can be repeated: xorshift128 after a seed (G. Marsaglia, "Xorshift RNGs", 2003).

export function randomOf(seed) {
  const state = [seed | 1, 362436069, 521288629, 88675123];
  const next = () => {
    const [x, , , w] = state;
    const mixed = x ^ (x << 11);
    state.shift();
    state.push(w ^ (w >>> 19) ^ mixed ^ (mixed >>> 8));
    return state[3] >>> 0;
  };
  for (let warm = 0; warm < 20; warm += 1) next();
  const below = (limit) => next() % limit;
  return { below, pick: (list) => list[below(list.length)], chance: (percent) => below(100) < percent };
}
