// Fetched by browsers that do not know modules, and so will never start the page.
document.getElementById('skeleton').setAttribute('hidden', '');
document.getElementById('unsupported').removeAttribute('hidden');
