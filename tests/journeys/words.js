const flat = (text) => text.replace(/\s+/g, ' ').trim();

// A text with {placeholders}, which stand for anything, as a pattern.
const pattern = (template) => {
  const parts = flat(template).split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`, 'u');
};
