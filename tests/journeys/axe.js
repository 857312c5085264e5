// Runs axe over the page and answers its violations in lines.
const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const line = (violation) => violation.nodes.map((node) =>
  `${violation.id}: ${node.target.join(' ')}: ${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')}`);
axe.run(document, { runOnly: tags, resultTypes: ['violations'], iframes: false })
  .then(({ violations }) => done(violations.flatMap(line)))
  .catch((error) => done([String(error)]));
