"""FastAPI with a fixed window per IP in Redis: INCR, and EXPIRE on the first."""

import os
import time

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from redis.asyncio import Redis

LIMIT = int(os.environ["LIMIT"])
WINDOW_SECONDS = int(os.environ["WINDOW_SECONDS"])
QUOTE = {
    "ticker": "AAPL",
    "price": 187.32,
    "currency": "USD",
    "change": 0.75,
    "change_percent": 0.4,
    "as_of": "2026-01-01T00:00:00.000Z",
    "simulated": True,
}

app = FastAPI()
redis = Redis.from_url(os.environ["REDIS_URL"])


async def limit(request: Request) -> dict[str, str]:
    now = time.time()
    window = int(now // WINDOW_SECONDS)
    key = f"ratelimit:{request.client.host}:{window}"
    used = await redis.incr(key)
    if used == 1:
        await redis.expire(key, WINDOW_SECONDS)
    reset = (window + 1) * WINDOW_SECONDS
    headers = {
        "X-RateLimit-Limit": str(LIMIT),
        "X-RateLimit-Remaining": str(max(0, LIMIT - used)),
        "X-RateLimit-Reset": str(reset),
    }
    if used > LIMIT:
        headers["Retry-After"] = str(max(1, int(reset - now)))
        raise HTTPException(429, "Too many requests", headers)
    return headers


@app.get("/api/v1/stock-price")
async def stock_price(headers: dict[str, str] = Depends(limit)) -> JSONResponse:
    return JSONResponse(QUOTE, headers=headers)
