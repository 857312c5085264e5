// Appended to the glue that wasm-bindgen makes, so that the page starts with one module and no inline script.
// The name of the WASM file comes from the page, since it carries the file's hash.
{
  const wasm = document.querySelector('meta[name="prichal-wasm"]').content;
  const show = (id) => document.getElementById(id)?.removeAttribute('hidden');
  __wbg_init({ module_or_path: wasm }).then(
    // The application takes the skeleton away itself, when its first page is there.
    () => {},
    (cause) => {
      document.getElementById('skeleton')?.remove();
      // An old engine refuses to compile the file; anything else is the network, and worth another try.
      show(cause instanceof WebAssembly.CompileError ? 'unsupported' : 'unreachable');
      console.error(cause);
    },
  );
}
