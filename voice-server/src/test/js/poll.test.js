import assert from "node:assert/strict";
import test from "node:test";
import { Poll } from "../../main/resources/dev/duplexvoice/server/console/ui/poll.js";

globalThis.document = { hidden: false };
const settled = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("shouldAskAgainAndAgainUntilItIsStopped", async () => {
  let asked = 0;
  let third;
  const enough = new Promise((resolve) => (third = resolve));
  const poll = new Poll(async () => {
    asked += 1;
    if (asked === 3) {
      poll.stop();
      third();
    }
  }, 1);
  poll.start();
  await enough;
  await settled(20);
  assert.equal(asked, 3);
});

test("shouldAskNoMoreOnceItWasRefusedUntilThereIsAnotherToken", async () => {
  let asked = 0;
  const poll = new Poll(async () => {
    asked += 1;
    return false;
  }, 1);
  poll.start();
  await settled(20);
  assert.equal(asked, 1);
  poll.again();
  await settled(20);
  assert.equal(asked, 2);
  poll.stop();
});

test("shouldNotBeginWhereNobodyLooks", async () => {
  let asked = 0;
  const poll = new Poll(async () => {
    asked += 1;
  }, 1);
  poll.again();
  poll.start();
  poll.stop();
  const before = asked;
  poll.again();
  await settled(20);
  assert.equal(asked, before);
});
