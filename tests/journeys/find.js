// Finds what a person would point at by its words. `name` is a text with {placeholders}, which stand for anything.
const [role, name, within] = arguments;

// What is read out, then what is seen, then the label of a box without its links.
const HIDDEN = [
  "[aria-hidden='true'], .optional",
  "[aria-hidden='true'], .optional, .hint, .vh",
  "[aria-hidden='true'], .optional, .hint, .vh, a",
];

const words = (node, hidden) => {
  const copy = node.cloneNode(true);
  copy.querySelectorAll(hidden).forEach((part) => part.remove());
  return flat(copy.textContent);
};

const first = (nodes, template, fits = () => true) => {
  const wanted = pattern(template);
  const candidates = [...nodes].filter((node) => node.checkVisibility({ visibilityProperty: true }) && fits(node));
  for (const hidden of HIDDEN) {
    const found = candidates.find((node) => wanted.test(words(node, hidden)));
    if (found) return found;
  }
  return null;
};

const page = document.querySelector('dialog[open]') ?? document;

const part = () => {
  const head = first(page.querySelectorAll('legend, h2, h3, th[scope="row"], .file__name'), within);
  return head?.closest('fieldset, section, tr, li') ?? null;
};

const scope = within ? part() : page;
if (!scope) return null;

switch (role) {
  case 'press':
    return first(scope.querySelectorAll('button, a[href], summary, [role="tab"], [role="option"]'), name);
  case 'tab':
    return first(scope.querySelectorAll('[role="tab"]'), name);
  case 'field':
    return first(scope.querySelectorAll('label'), name, (label) => label.control)?.control
      ?? [...scope.querySelectorAll('input[aria-label]')].find((input) => pattern(name).test(flat(input.ariaLabel))) ?? null;
  case 'file':
    return scope.querySelector('.drop input[type="file"]:not([capture])');
  case 'text':
    return pattern(`{any}${name}{any}`).test(`. ${flat((scope.body ?? scope).innerText)} .`) ? true : null;
  default:
    throw new Error(`no such role: ${role}`);
}
