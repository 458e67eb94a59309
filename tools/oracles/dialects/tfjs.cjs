// Answers requests on standard input, one a line, with the values of tf.image's resizes as base64.
const readline = require("readline");
const tf = require("@tensorflow/tfjs");
require("@tensorflow/tfjs-backend-cpu");
require("@tensorflow/tfjs-backend-wasm");

console.warn = () => {};
const arrays = {float32: Float32Array, int32: Int32Array, bool: Uint8Array};

async function answer({backend, method, shape, dtype, data, size, align_corners, half_pixel_centers}) {
  await tf.setBackend(backend);
  const bytes = new Uint8Array(Buffer.from(data, "base64"));
  const images = tf.tensor(new arrays[dtype](bytes.buffer), shape, dtype);
  const result = tf.image[method](images, size, align_corners, half_pixel_centers);
  const values = await result.data();
  const reply = {dtype: result.dtype, data: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64")};
  images.dispose();
  result.dispose();
  return reply;
}

(async () => {
  for await (const line of readline.createInterface({input: process.stdin})) {
    let reply;
    try {
      reply = await answer(JSON.parse(line));
    } catch (error) {
      reply = {error: error.message};
    }
    process.stdout.write(JSON.stringify(reply) + "\n");
  }
})();
