let seen;
setInterval(async () => {
  const answer = await fetch('/build-id.txt', { cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok) return;
  const now = await answer.text();
  if (seen && seen !== now) location.reload();
  seen = now;
}, 400);
