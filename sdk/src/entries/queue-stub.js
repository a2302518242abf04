!((w, n) => {
  w[n] ||
    ((w[n] = { q: [] }),
    'init transaction step outcome consent forget shutdown'.split(' ').forEach((m) => {
      w[n][m] = function () {
        w[n].q.push([m, [].slice.call(arguments)]);
      };
    }));
})(window, 'gander');
