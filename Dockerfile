# Odoo 19 Community with Customer Intelligence, for those who run containers.
FROM odoo:19

USER root
WORKDIR /mnt/customer-intelligence
COPY requirements.txt .
RUN pip3 install --no-cache-dir --break-system-packages -r requirements.txt
COPY . .
COPY odoo.conf /etc/odoo/odoo.conf
USER odoo
