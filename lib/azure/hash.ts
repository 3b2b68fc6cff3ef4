import { createHash } from "node:crypto";
import type { Hash } from "../ports.ts";

export const sha256Hex: Hash = (text) => createHash("sha256").update(text).digest("hex");
