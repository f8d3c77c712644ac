"""An echo by webhook as python-telegram-bot documents it (customwebhookbot): Starlette fills the application's queue.

python ptb_webhook.py API_ROOT TOKEN PORT [updates at once]
"""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text(update.message.text)


async def main(root: str, token: str, port: int, at_once: int) -> None:
    builder = Application.builder().token(token).base_url(f"{root}/bot").updater(None)
    application = builder.concurrent_updates(at_once).build() if at_once else builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    await application.bot.set_webhook(url=f"http://127.0.0.1:{port}/telegram", allowed_updates=Update.ALL_TYPES)

    async def telegram(request: Request) -> Response:
        await application.update_queue.put(Update.de_json(data=await request.json(), bot=application.bot))
        return Response()

    app = Starlette(routes=[Route("/telegram", telegram, methods=["POST"])])
    webserver = uvicorn.Server(uvicorn.Config(app, port=port, host="127.0.0.1", log_level="warning"))
    async with application:
        await application.start()
        await webserver.serve()
        await application.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 0))
