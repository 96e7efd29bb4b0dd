// Waits for a response and its text, and returns both; without the text, if the connection ends before it does.
async function read(answer) {
  const response = await answer;
  try {
    return [response, await response.text()];
  } catch {
    return [response];
  }
}
