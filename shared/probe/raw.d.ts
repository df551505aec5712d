// Vite's `?raw`: the text of a probe file, so that the script travels inside the bundle.
declare module '*.sh?raw' {
  const text: string;
  export default text;
}
declare module '*.awk?raw' {
  const text: string;
  export default text;
}
