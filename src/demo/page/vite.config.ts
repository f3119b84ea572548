import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  envDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    lib: {
      entry: 'first-minute.ts',
      formats: ['es'],
      fileName: () => 'first-minute.js',
      cssFileName: 'first-minute',
    },
    reportCompressedSize: false,
  },
});
