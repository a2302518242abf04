/** A sample: what an eavesdropper sees of one visit, as numbers, and what it was. */
export interface Sample {
  readonly label: number;
  readonly features: readonly number[];
}

/**
 * Naive Bayes with a Gaussian for each feature of each class: near the best there is when the features are sums of independent
 * normal times, as here.
 */
export const createGuesser = (training: readonly Sample[]): ((features: readonly number[]) => number) => {
  const width = Math.max(...training.map(({ features }) => features.length));
  const classes = [...new Set(training.map(({ label }) => label))].map((label) => {
    const those = training.filter((sample) => sample.label === label);
    const moments = Array.from({ length: width }, (_, i) => {
      const values = those.map(({ features }) => features[i] ?? 0);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
      // Half a millisecond or step: what rounding hides anyway.
      return { mean, variance: variance + 0.25 };
    });
    return { label, moments };
  });
  return (features) => {
    let best = { label: -1, score: Number.NEGATIVE_INFINITY };
    for (const { label, moments } of classes) {
      let score = 0;
      moments.forEach(({ mean, variance }, i) => {
        score -= ((features[i] ?? 0) - mean) ** 2 / (2 * variance) + Math.log(variance) / 2;
      });
      if (score > best.score) best = { label, score };
    }
    return best.label;
  };
};

/** Share of right guesses. */
export const scoreOf = (training: readonly Sample[], test: readonly Sample[]): number => {
  const guess = createGuesser(training);
  return test.filter(({ features, label }) => guess(features) === label).length / test.length;
};
